export interface DrawnImage {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** What makes a drawing look as it does outside the page, where its style sheets and tokens are missing. */
const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
  'paint-order',
  'text-anchor',
  'display',
  'visibility',
  'image-rendering',
] as const;

const titleHeight = 34;
const margin = 12;

/** The drawings inside an element as one stand-alone SVG file with a title; null when there are none. */
export function drawnSvg(element: HTMLElement, title: string): DrawnImage | null {
  const drawings = [...element.querySelectorAll('svg')].filter((svg) => svg.dataset['export'] !== 'no');
  if (drawings.length === 0) return null;
  const frame = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const surface = getComputedStyle(element.closest('.card') ?? element).backgroundColor;
  const parts = drawings.map((svg) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [box.left - frame.left + margin, box.top - frame.top + titleHeight];
    return { svg: placed(svg, x, y, box), right: x + box.width, bottom: y + box.height };
  });
  const width = Math.ceil(Math.max(...parts.map(({ right }) => right))) + margin;
  const height = Math.ceil(Math.max(...parts.map(({ bottom }) => bottom))) + margin;
  const root = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  setAll(root, { width, height, viewBox: `0 0 ${width} ${height}` });
  const background = document.createElementNS(root.namespaceURI, 'rect');
  setAll(background, { width, height, fill: surface });
  const heading = document.createElementNS(root.namespaceURI, 'text');
  setAll(heading, { x: margin, y: 22, fill: style.color, 'font-family': style.fontFamily, 'font-size': 14 });
  heading.setAttribute('font-weight', '600');
  heading.textContent = title;
  root.append(background, heading, ...parts.map(({ svg }) => svg));
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

export async function svgToPng({ text, width, height }: DrawnImage, scale = 2): Promise<Blob> {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be encoded.'))));
  });
}

function placed(svg: SVGSVGElement, x: number, y: number, box: DOMRect): Node {
  const copy = svg.cloneNode(true);
  const originals = [svg, ...svg.querySelectorAll('*')];
  const copies = copy instanceof Element ? [copy, ...copy.querySelectorAll('*')] : [];
  originals.forEach((original, index) => {
    const computed = getComputedStyle(original);
    const target = copies[index];
    target?.removeAttribute('class');
    target?.setAttribute(
      'style',
      properties.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';'),
    );
  });
  if (copies[0]) setAll(copies[0], { x, y, width: box.width, height: box.height });
  return copy;
}

function setAll(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

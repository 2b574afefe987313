interface Chart {
  readonly title: string;
  readonly axis: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const width = 360;
const height = 260;
const margin = { left: 52, right: 16, top: 32, bottom: 44 };

/** Seconds against size, both on logarithmic axes, with a line of slope one through the first point. */
export function growthPlot(charts: readonly Chart[]): string {
  const panels = charts.map(
    (chart, index) => `<g transform="translate(${index * width} 0)">${panel(chart)}</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${charts.length * width} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>Seconds of a bracket run against calibration size and depth</title>',
    `<rect width="100%" height="100%" fill="white"/>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel({ title, axis, points }: Chart): string {
  const [first = { x: 1, y: 1 }] = points;
  const linear = points.map(({ x }) => ({ x, y: (first.y * x) / first.x }));
  const all = [...points, ...linear];
  const x = scale(
    all.map((point) => point.x),
    margin.left,
    width - margin.right,
  );
  const y = scale(
    all.map((point) => point.y),
    height - margin.bottom,
    margin.top,
  );
  const path = (line: Chart['points']) =>
    `M${line.map((point) => `${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('L')}`;
  const bottom = height - margin.bottom;
  return [
    `<text x="${margin.left}" y="20" font-weight="bold">${title}</text>`,
    `<path d="M${margin.left} ${margin.top}V${bottom}H${width - margin.right}" fill="none" stroke="#888"/>`,
    `<path d="${path(linear)}" fill="none" stroke="#888" stroke-dasharray="4 4"/>`,
    `<path d="${path(points)}" fill="none" stroke="#2563eb" stroke-width="2"/>`,
    ...points.map(
      (point) =>
        `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3" fill="#2563eb"/>` +
        `<text x="${x(point.x).toFixed(1)}" y="${(y(point.y) - 8).toFixed(1)}" text-anchor="middle">${point.y.toFixed(1)}</text>` +
        `<text x="${x(point.x).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${point.x}</text>`,
    ),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">${axis}</text>`,
    `<text transform="translate(16 ${(margin.top + bottom) / 2}) rotate(-90)" text-anchor="middle">seconds (dashed: proportional)</text>`,
  ].join('\n');
}

/** Logarithmic, with a tenth of the range left free at both ends. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.log(Math.min(...values));
  const span = Math.log(Math.max(...values)) - low || 1;
  return (value) => from + (to - from) * (0.1 + (0.8 * (Math.log(value) - low)) / span);
}

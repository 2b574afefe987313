import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { centredBox, fitHeight, fitWidth } from './fit';

interface Props {
  readonly size: { readonly width: number; readonly height: number };
  readonly width: number;
  readonly height: number;
  /** What is seen first, in the drawing's units. */
  readonly start: { readonly x: number; readonly y: number };
  /** A place to bring into sight when it changes, in the drawing's units. */
  readonly goal: { readonly x: number; readonly y: number } | null;
  /** Fit the whole drawing; else its width only, and scroll down. */
  readonly fitBoth: boolean;
  readonly children: (scale: number) => ReactNode;
}

const [smallest, largest] = [0.25, 3];

/** A drawing that scrolls in its frame: drag, ctrl + wheel, or the buttons. Focus and touch scroll it natively. */
export function PanZoom({ size, width, height, start, goal, fitBoth, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const drag = useDrag(frame);
  const [chosen, setChosen] = useState<number | null>(null);
  const frameSize = { width, height };
  const across = fitWidth(size, frameSize);
  const fit = fitBoth ? Math.min(across, fitHeight(size, frameSize)) : across;
  const scale = chosen ?? fit;
  const zoomAt = useZoomAnchor(frame, scale);

  const zoom = (factor: number, x = width / 2, y = height / 2) => {
    zoomAt(x, y);
    setChosen(Math.min(largest, Math.max(smallest, scale * factor)));
  };
  useCtrlWheel(frame, zoom);
  useStart(frame, start.y, scale);
  useGoal(frame, goal, scale);
  return (
    <>
      <div ref={frame} className="network-frame" style={{ height }} {...drag}>
        <svg
          width={Math.max(size.width * scale, width)}
          height={Math.max(size.height * scale, height - 1)}
          viewBox={centredBox(size, scale, width, height)}
          className="network"
        >
          <defs>
            <pattern
              id="network-hatch"
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="1.8" height="5" className="hatch-line" />
            </pattern>
          </defs>
          {children(scale)}
        </svg>
      </div>
      <div className="network-zoom">
        <button type="button" className="icon-button" aria-label="Zoom in" onClick={() => zoom(1.25)}>
          +
        </button>
        <button type="button" className="icon-button" aria-label="Zoom out" onClick={() => zoom(0.8)}>
          −
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Fit the network"
          onClick={() => setChosen(null)}
        >
          ⤢
        </button>
      </div>
    </>
  );
}

/** Keeps the point under the pointer where it is when the scale changes. */
function useZoomAnchor(frame: RefObject<HTMLDivElement | null>, scale: number) {
  const anchor = useRef<{ x: number; y: number; scale: number } | null>(null);
  useLayoutEffect(() => {
    const [at, element] = [anchor.current, frame.current];
    if (!at || !element) return;
    const factor = scale / at.scale;
    element.scrollLeft = (element.scrollLeft + at.x) * factor - at.x;
    element.scrollTop = (element.scrollTop + at.y) * factor - at.y;
    anchor.current = null;
  }, [frame, scale]);
  return (x: number, y: number) => {
    anchor.current = { x, y, scale };
  };
}

/** Another drawing begins at its left end, with its input half-way down. */
function useStart(frame: RefObject<HTMLDivElement | null>, y: number, scale: number) {
  const begin = useEffectEvent(() => {
    const element = frame.current;
    element?.scrollTo({ left: 0, top: y * scale - element.clientHeight / 2 });
  });
  useLayoutEffect(() => begin(), [frame, y]);
}

/** Scrolls to the goal when it moves out of sight; zooming does not count as that. */
function useGoal(frame: RefObject<HTMLDivElement | null>, goal: Props['goal'], scale: number) {
  const move = useEffectEvent((x: number, y: number) => {
    const element = frame.current;
    if (!element) return;
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = element;
    const [left, top] = [x * scale, y * scale];
    const seen = left > scrollLeft && left < scrollLeft + clientWidth;
    const seenDown = top > scrollTop && top < scrollTop + clientHeight;
    if (seen && seenDown) return;
    element.scrollTo({
      left: seen ? scrollLeft : left - clientWidth / 2,
      top: seenDown ? scrollTop : top - clientHeight / 2,
    });
  });
  const [x, y] = [goal?.x, goal?.y];
  useEffect(() => {
    if (x !== undefined && y !== undefined) move(x, y);
  }, [x, y]);
}

function useCtrlWheel(
  frame: RefObject<HTMLDivElement | null>,
  zoom: (factor: number, x: number, y: number) => void,
) {
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.003), event.clientX - box.left, event.clientY - box.top);
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [frame, zoom]);
}

/** Mouse and pen drag the drawing; touch scrolls it by itself. A drag does not click. */
function useDrag(frame: RefObject<HTMLDivElement | null>) {
  const start = useRef<{ x: number; y: number; left: number; top: number; moved: boolean } | null>(null);
  return {
    onPointerDown(event: PointerEvent) {
      const element = frame.current;
      if (!element || event.pointerType === 'touch' || event.button !== 0) return;
      const { scrollLeft: left, scrollTop: top } = element;
      start.current = { x: event.clientX, y: event.clientY, left, top, moved: false };
    },
    onPointerMove(event: PointerEvent) {
      const [from, element] = [start.current, frame.current];
      if (!from || !element) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved && Math.hypot(dx, dy) < 4) return;
      from.moved = true;
      element.setPointerCapture(event.pointerId);
      element.scrollLeft = from.left - dx;
      element.scrollTop = from.top - dy;
    },
    onPointerUp() {
      // The click that ends a drag comes after this; it must still be known as one.
      const from = start.current;
      if (from?.moved) setTimeout(() => (start.current = null));
      else start.current = null;
    },
    onPointerCancel() {
      start.current = null;
    },
    onClickCapture(event: MouseEvent) {
      if (start.current?.moved) event.stopPropagation();
    },
  };
}

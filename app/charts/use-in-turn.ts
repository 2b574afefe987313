import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** What each view is going to show next; a view keeps its place when its value changes again. */
const waiting = new Map<object, () => void>();

/**
 * The value as of this view's last turn, at first `initial`. Views that change together redraw one after another, each in a task of its
 * own, so that none of them keeps the page from answering.
 */
export function useInTurn<T>(value: T, initial: T = value): T {
  const [shown, setShown] = useState({ value: initial });
  const view = useRef({});
  useEffect(() => {
    if (!Object.is(value, shown.value)) queue(view.current, () => setShown({ value }));
  }, [value, shown]);
  useEffect(() => {
    const self = view.current;
    return () => void waiting.delete(self);
  }, []);
  return shown.value;
}

function queue(view: object, show: () => void): void {
  if (waiting.size === 0) setTimeout(takeTurn);
  waiting.set(view, show);
}

function takeTurn(): void {
  const [next] = waiting;
  if (!next) return;
  const [view, show] = next;
  flushSync(show);
  waiting.delete(view);
  if (waiting.size > 0) setTimeout(takeTurn);
}

import { useEffect, useRef, useState } from 'react';
import { useStudio, type StudioState } from './studio';
import { sentence } from './worker';

export interface Answer<T> {
  /** The newest answer; it stays until the next one is there. */
  readonly value: T | null;
  readonly waiting: boolean;
  readonly problem: string | null;
}

interface AnswerOf<T> extends Answer<T> {
  /** What the answer is about: of another model it says nothing. */
  readonly model: StudioState['model'];
}

const nothing = { value: null, waiting: false, problem: null };

/** So that a timeline that is dragged does not ask at every step. */
const settleTime = 60;

/**
 * Asks the worker whenever the question changes; what was asked before is then no longer waited for.
 *
 * @param question its text tells questions apart; null asks nothing
 */
export function useAnswer<Q, T>(question: Q | null, ask: (question: Q) => Promise<T | null>): Answer<T> {
  const model = useStudio((state) => state.model);
  const [answer, setAnswer] = useState<AnswerOf<T>>({ ...nothing, model });
  const text = question === null ? null : JSON.stringify(question);
  const asking = useRef(ask);
  const newest = useRef(0);
  useEffect(() => {
    asking.current = ask;
  });
  useEffect(() => {
    if (text === null) return undefined;
    const number = (newest.current += 1);
    const take = (change: Partial<Answer<T>>) => {
      if (number !== newest.current) return;
      setAnswer((before) => ({ ...(before.model === model ? before : nothing), ...change, model }));
    };
    const timer = setTimeout(() => {
      take({ waiting: true });
      // The text was made of this very question.
      asking.current(JSON.parse(text) as Q).then(
        (value) => take({ waiting: false, problem: null, ...(value === null ? {} : { value }) }),
        (error: unknown) => take({ waiting: false, problem: sentence(error) }),
      );
    }, settleTime);
    return () => clearTimeout(timer);
  }, [text, model]);
  return text === null || answer.model !== model ? nothing : answer;
}

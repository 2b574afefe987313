import type { ReactNode } from 'react';
import { useInTurn } from './use-in-turn';

interface Props {
  /** Of what is going to stand here, so that nothing moves when it does. */
  readonly height: number;
  readonly children: ReactNode;
}

/** A view that is made in a task of its own, so that the first of all views together does not hold the page up. */
export function InTurn({ height, children }: Props) {
  return useInTurn(true, false) ? children : <div className="card" style={{ minHeight: height }} />;
}

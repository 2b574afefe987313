import type { ReactNode } from 'react';
import { terms, type TermId } from './terms';
import './Term.css';

/** A term of the paper with its explanation on hover and on focus. */
export function Term({ id, children }: { readonly id: TermId; readonly children?: ReactNode }) {
  const { term, text } = terms[id];
  return (
    <span className="term" tabIndex={0} aria-label={`${term}: ${text}`} role="note">
      {children ?? term}
      <span className="term-text" aria-hidden="true">
        {text}
      </span>
    </span>
  );
}

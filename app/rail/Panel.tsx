import type { ReactNode } from 'react';
import './Panel.css';

export type PanelState = 'empty' | 'ready' | 'problem';

interface Props {
  readonly title: string;
  readonly step?: number;
  readonly state?: PanelState;
  /** One line that says what is there. */
  readonly summary?: ReactNode;
  readonly children?: ReactNode;
}

const stateWords = { empty: 'missing', ready: 'ready', problem: 'needs attention' } as const;
const stateIcons = { empty: '○', ready: '✓', problem: '!' } as const;

/** A card of the rails: a title, its state, a one-line summary, and the rest. */
export function Panel({ title, step, state, summary, children }: Props) {
  return (
    <section className="card panel">
      <h2>
        {step !== undefined && <span className="panel-step number">{step}</span>}
        {title}
        {state && (
          <span className={`panel-state ${state}`} title={stateWords[state]}>
            <span aria-hidden="true">{stateIcons[state]}</span>
            <span className="visually-hidden">{stateWords[state]}</span>
          </span>
        )}
      </h2>
      {summary && <p className="panel-summary soft">{summary}</p>}
      {children}
    </section>
  );
}

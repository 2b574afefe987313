import { useDeferredValue, useId, useRef, useState, type ReactNode } from 'react';
import './ChartFrame.css';
import { ChartMenu } from './ChartMenu';
import { ChartTableView } from './ChartTableView';
import type { ChartTable } from './table';
import { useWidth } from './use-width';

interface Props {
  readonly title: string;
  /** What the chart means, in a sentence. */
  readonly help: string;
  readonly table: ChartTable;
  /** Height of the plot in pixels; it never changes while values stream in. */
  readonly height?: number;
  /** Said instead of the plot while there is nothing to draw. */
  readonly empty?: string | null;
  /** What the plot shows at this moment, in a sentence below it; its line is always there. */
  readonly note?: ReactNode;
  /** Controls beside the menu. */
  readonly tools?: ReactNode;
  /** Set when the plot holds controls of its own, so that it is no mere picture. */
  readonly interactive?: boolean;
  readonly children: (size: { readonly width: number; readonly height: number }) => ReactNode;
}

/** Title, sentence, menu and table alternative around every chart. */
export function ChartFrame(props: Props) {
  const { title, help, height = 230, empty = null, note, tools, interactive = false } = props;
  const id = useId();
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot);
  const table = useDeferredValue(props.table);
  const [asTable, setAsTable] = useState(false);
  const drawing = width > 0 && empty === null ? props.children({ width, height }) : null;
  return (
    <section className="card chart" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        {tools}
        <ChartMenu title={title} table={props.table} picture={{ plot, asTable, onAsTable: setAsTable }} />
      </header>
      <p className="chart-help" title={help}>
        {help}
      </p>
      <div className="plot-area" style={{ height }}>
        <div
          ref={plot}
          className="plot"
          style={{ height, visibility: asTable ? 'hidden' : 'visible' }}
          {...(interactive || empty !== null ? {} : { role: 'img', 'aria-label': `${title}. ${help}` })}
        >
          {drawing}
          {empty !== null && <p className="plot-empty">{empty}</p>}
        </div>
        <ChartTableView title={title} table={table} shown={asTable} />
      </div>
      {note !== undefined && <p className="chart-note number">{note}</p>}
    </section>
  );
}

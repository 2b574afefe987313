import { useId, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';
import { saveBlob } from '../format/save-blob';
import { drawnSvg, svgToPng } from './save-image';
import { toCsv, type ChartTable } from './table';

interface Props {
  readonly title: string;
  readonly table: ChartTable;
  /** Left out where there is no picture, only the table. */
  readonly picture?: {
    readonly plot: RefObject<HTMLElement | null>;
    readonly asTable: boolean;
    readonly onAsTable: (asTable: boolean) => void;
  };
}

/** What can be done with a chart: its numbers, its picture, its table. */
export function ChartMenu({ title, table, picture }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState('');
  const file = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

  async function copy() {
    await navigator.clipboard.writeText(toCsv(table));
    setSaid('Copied as CSV');
  }
  async function save(kind: 'svg' | 'png') {
    const image = picture?.plot.current && drawnSvg(picture.plot.current, title);
    if (!image) {
      setSaid('There is nothing to save yet');
      return;
    }
    const svg = new Blob([image.text], { type: 'image/svg+xml' });
    saveBlob(`${file}.${kind}`, kind === 'svg' ? svg : await svgToPng(image));
    setSaid(`Saved as ${kind.toUpperCase()}`);
  }
  const choices = [
    { label: 'Copy as CSV', perform: copy },
    {
      label: 'Save as CSV',
      perform: () => saveBlob(`${file}.csv`, new Blob([toCsv(table)], { type: 'text/csv' })),
    },
    ...(picture
      ? [
          { label: 'Save as SVG', perform: () => save('svg') },
          { label: 'Save as PNG', perform: () => save('png') },
          {
            label: picture.asTable ? 'Show as chart' : 'Show as table',
            perform: () => picture.onAsTable(!picture.asTable),
          },
        ]
      : []),
  ];
  async function choose(perform: () => void | Promise<void>) {
    setOpen(false);
    try {
      await perform();
    } catch {
      setSaid('The browser did not allow that');
    }
  }
  function leave(event: FocusEvent) {
    if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  }
  function escape(event: KeyboardEvent) {
    if (!open || event.key !== 'Escape') return;
    event.stopPropagation();
    setOpen(false);
  }
  return (
    <div className="chart-menu" onBlur={leave} onKeyDown={escape}>
      <span className="chart-said" role="status" key={said}>
        {said}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`Copy or save: ${title}`}
        onClick={() => {
          setSaid('');
          setOpen(!open);
        }}
      >
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
          <circle cx="3" cy="8" r="1.5" />
          <circle cx="8" cy="8" r="1.5" />
          <circle cx="13" cy="8" r="1.5" />
        </svg>
      </button>
      <div id={id} className="chart-choices" hidden={!open}>
        {choices.map(({ label, perform }) => (
          <button key={label} type="button" onClick={() => void choose(perform)}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

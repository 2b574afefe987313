import { memo } from 'react';
import { cellText, type ChartTable } from './table';

interface Props {
  readonly title: string;
  readonly table: ChartTable;
  /** When false it is there for screen readers only. */
  readonly shown: boolean;
}

export const ChartTableView = memo(function ChartTableView({ title, table, shown }: Props) {
  const { columns, rows } = table;
  return (
    <div
      className={shown ? 'chart-table' : 'visually-hidden'}
      {...(shown ? { role: 'region', 'aria-label': `${title}, as a table`, tabIndex: 0 } : {})}
    >
      <table className="number">
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column, place) => (
                <td key={column.name} data-number={typeof row[place] === 'number'}>
                  {cellText(row[place] ?? null, column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

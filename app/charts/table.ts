/** What a chart shows, as rows: for CSV and as the alternative to the picture. */
export interface ChartTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
}

export interface TableColumn {
  readonly name: string;
  /** How the page writes its numbers; a CSV file gets them in full. */
  readonly format?: (value: number) => string;
}

export type TableCell = string | number | null;

export function cellText(cell: TableCell, column: TableColumn): string {
  if (cell === null) return '–';
  return typeof cell === 'number' && column.format ? column.format(cell) : String(cell);
}

/** Comma-separated values as RFC 4180 writes them. */
export function toCsv({ columns, rows }: ChartTable): string {
  const lines: readonly (readonly TableCell[])[] = [columns.map(({ name }) => name), ...rows];
  return lines.map((line) => line.map(csvField).join(',')).join('\r\n') + '\r\n';
}

function csvField(cell: TableCell): string {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

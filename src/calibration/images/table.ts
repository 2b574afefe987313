import Papa from 'papaparse';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { ImageFinder } from './find-image';
import type { ImageSample, ImageSet, LabelColumn } from './image-set';
import type { Material, TextFile } from './material';
import { byName } from './paths';

const delimiters = [',', '\t', ';', '|'];

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A CSV or TSV with a column of file names; every other column becomes a label array of its name. */
export function readTable(file: string, material: Material): ImageSet | null {
  const finder = new ImageFinder(material.images);
  for (const text of material.texts) {
    if (/\.(ya?ml|json|xml)$/i.test(text.name) || !/[,;\t]/.test(text.text.slice(0, 10_000))) continue;
    for (const delimiter of delimiters) {
      const table = readRows(text, finder, delimiter);
      if (table) return imageSet(file, text, table, finder);
    }
  }
  return null;
}

interface Table {
  readonly rows: readonly Row[];
  readonly names: readonly string[];
  readonly fileColumn: number;
}

/** null when no column names pictures of the set. */
function readRows({ text, name }: TextFile, finder: ImageFinder, delimiter: string): Table | null {
  const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { delimiter });
  const rows = parsed.data
    .map((cells, index) => ({ line: index + 1, cells: cells.map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [head] = rows;
  if (!head || head.cells.length < 2) return null;
  const tried = rows.slice(0, 200);
  const hits = head.cells.map(
    (_, column) => tried.filter(({ cells }) => finder.find(cells[column] ?? '') !== undefined).length,
  );
  const most = Math.max(...hits);
  const fileColumn = hits.indexOf(most);
  if (most === 0) return null;
  const broken = parsed.errors.find(({ type }) => type === 'Quotes');
  if (broken) {
    throw new InputError({
      file: name,
      place: `line ${(broken.row ?? 0) + 1}`,
      problem: 'a quotation mark is not closed.',
      advice: 'Mend that line.',
    });
  }
  const headless = finder.find(head.cells[fileColumn] ?? '') !== undefined;
  const others = head.cells.length - 1;
  const names = head.cells.map((cell, column) =>
    headless ? (others === 1 ? 'label' : `label ${column > fileColumn ? column : column + 1}`) : cell,
  );
  return { rows: headless ? rows : rows.slice(1), names, fileColumn };
}

function imageSet(file: string, text: TextFile, table: Table, finder: ImageFinder): ImageSet {
  const { rows, names, fileColumn } = table;
  const lines = new Map<NamedBytes, Row>();
  let missing = 0;
  for (const row of rows) {
    const error = (problem: string, advice: string) =>
      new InputError({ file: text.name, place: `line ${row.line}`, problem, advice });
    if (row.cells.length < names.length) {
      throw error(`it has ${row.cells.length} columns instead of ${names.length}.`, 'Mend that line.');
    }
    const image = finder.find(row.cells[fileColumn] ?? '');
    if (!image) {
      missing += 1;
      continue;
    }
    const before = lines.get(image);
    if (before) {
      throw error(
        `"${row.cells[fileColumn] ?? ''}" is labelled already in line ${before.line}.`,
        'Keep one line for each picture; several labels stand in columns.',
      );
    }
    lines.set(image, row);
  }
  const samples: ImageSample[] = [...lines.keys()].map((image) => ({
    image,
    objects: null,
    maps: new Map(),
  }));
  const read = names.flatMap((name, column) =>
    column === fileColumn || name === '' ? [] : [readColumn(text.name, name, column, [...lines.values()])],
  );
  return {
    file,
    samples,
    columns: read.map(({ column }) => column),
    classNames: new Map(
      read.flatMap(({ column, classes }) => (classes ? [[column.name, classes] as const] : [])),
    ),
    notes:
      missing > 0
        ? [`${text.name}: ${missing} of ${rows.length} lines name pictures that are not there.`]
        : [],
  };
}

/** Whole numbers, numbers, or names of classes, which are numbered in the order of the alphabet. */
function readColumn(
  file: string,
  name: string,
  index: number,
  rows: readonly Row[],
): { column: LabelColumn; classes: readonly string[] | null } {
  const cells = rows.map(({ cells }) => cells[index] ?? '');
  const empty = rows.find(({ cells }) => cells[index] === '');
  if (empty) {
    throw new InputError({
      file,
      place: `line ${empty.line}, column "${name}"`,
      problem: 'there is no label.',
      advice: 'Give one, or take that line out.',
    });
  }
  const numbers = cells.map(Number);
  if (numbers.every(Number.isFinite)) {
    const whole = numbers.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
    return { column: { name, dtype: whole ? 'int32' : 'float32', values: numbers }, classes: null };
  }
  requireNames(file, name, rows, cells);
  const classes = [...new Set(cells)].sort(byName);
  const order = new Map(classes.map((label, i) => [label, i]));
  return {
    column: { name, dtype: 'int32', values: cells.map((cell) => order.get(cell) ?? -1) },
    classes,
  };
}

/** A column that is numbers but for a few cells is one that has slips. */
function requireNames(file: string, name: string, rows: readonly Row[], cells: readonly string[]): void {
  const isNumber = (cell: string) => Number.isFinite(Number(cell));
  const words = cells.filter((cell) => !isNumber(cell)).length;
  const slip = cells.findIndex((cell) => !isNumber(cell));
  if (words * 2 > cells.length) return;
  throw new InputError({
    file,
    place: `line ${rows[slip]?.line ?? 0}, column "${name}"`,
    problem: `"${cells[slip] ?? ''}" is no number, as the other labels are.`,
    advice: 'Mend it, or take that line out.',
  });
}

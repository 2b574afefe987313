import { advance, copy, defineFunction, i32, repeat } from './assembler';

/*
 * Numbers of four bytes, moved. Lengths, offsets and strides are in bytes, and nothing is empty.
 */

/** Copies numbers of each row of x to `target`: those that `table` gives, as offsets in a row. */
export const selectedFromRows = defineFunction(
  'selectedFromRows',
  ['target', 'x', 'bytes', 'rowBytes', 'table', 'tableBytes'],
  (p, variable) => {
    const [end, entry, last] = [variable('i32'), variable('i32'), variable('i32')];
    const chosen = i32.load(i32.add(p.x.get, i32.load(entry.get)));
    return [
      end.set(i32.add(p.x.get, p.bytes.get)),
      last.set(i32.add(p.table.get, p.tableBytes.get)),
      repeat(p.x, end.get, [
        entry.set(p.table.get),
        repeat(entry, last.get, [
          i32.store(p.target.get, chosen),
          [p.target, entry].map((moved) => advance(moved, i32.const(4))),
        ]),
        advance(p.x, p.rowBytes.get),
      ]),
    ];
  },
);

/** Copies the rows of x to rows of `target` that lie `stride` apart. */
export const spreadRows = defineFunction(
  'spreadRows',
  ['target', 'x', 'bytes', 'rowBytes', 'stride'],
  (p, variable) => {
    const end = variable('i32');
    return [
      end.set(i32.add(p.x.get, p.bytes.get)),
      repeat(p.x, end.get, [
        copy(p.target.get, p.x.get, p.rowBytes.get),
        advance(p.x, p.rowBytes.get),
        advance(p.target, p.stride.get),
      ]),
    ];
  },
);

/** Writes the matrices of x, one after the other, with their rows as columns. */
export const turnedMatrices = defineFunction(
  'turnedMatrices',
  ['target', 'x', 'bytes', 'matrixBytes', 'rowBytes'],
  (p, variable) => {
    const [end, column, rowEnd] = [variable('i32'), variable('i32'), variable('i32')];
    const [at, matrixEnd] = [variable('i32'), variable('i32')];
    return [
      end.set(i32.add(p.x.get, p.bytes.get)),
      repeat(p.x, end.get, [
        column.set(p.x.get),
        rowEnd.set(i32.add(p.x.get, p.rowBytes.get)),
        matrixEnd.set(i32.add(p.x.get, p.matrixBytes.get)),
        repeat(column, rowEnd.get, [
          at.set(column.get),
          repeat(at, matrixEnd.get, [
            i32.store(p.target.get, i32.load(at.get)),
            advance(at, p.rowBytes.get),
            advance(p.target, i32.const(4)),
          ]),
          advance(column, i32.const(4)),
        ]),
        p.x.set(matrixEnd.get),
      ]),
    ];
  },
);

import { advance, defineFunction, i32, repeat } from './assembler';

/**
 * Copies numbers of each row of x to `target`: those that `table` gives, as offsets in a row. Lengths and offsets are in
 * bytes; there is a row at least, and an offset.
 */
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

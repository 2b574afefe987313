import { advance, atMost, defineFunction, f32x4, i32, repeat, type Code, type Local } from './assembler';

/** Lengths in bytes: of all rows, of a row of channels, and where in a row its last vector begins. */
const rowParameters = ['bytes', 'rowBytes', 'lastVector'] as const;

/** Goes over the rows of `first` and of `others` together, and over the vectors of a row; `visit` is for one vector. */
function overVectors(
  { bytes, rowBytes }: Readonly<Record<'bytes' | 'rowBytes', Local>>,
  [first, ...others]: readonly [Local, ...Local[]],
  { end, channel }: Readonly<Record<'end' | 'channel', Local>>,
  visit: Code,
): Code {
  return [
    end.set(i32.add(first.get, bytes.get)),
    repeat(first, end.get, [
      channel.set(i32.const(0)),
      repeat(channel, rowBytes.get, [visit, advance(channel, i32.const(16))]),
      [first, ...others].map((row) => advance(row, rowBytes.get)),
    ]),
  ];
}

const { add, subtract, multiply, load, store } = f32x4;
const at = (base: Local, offset: Local): Code => i32.add(base.get, offset.get);

/** Adds each row of x to `target`, which has whole vectors. */
export const rowSums = defineFunction('rowSums', ['target', 'x', 'bytes', 'rowBytes'], (p, variable) => {
  const [end, channel] = [variable('i32'), variable('i32')];
  const sum = at(p.target, channel);
  return overVectors(p, [p.x], { end, channel }, store(sum, add(load(sum), load(at(p.x, channel)))));
});

/** Adds (x − xShift)·(y − yShift) of each row to `target`; it and the shifts have whole vectors. */
export const rowProducts = defineFunction(
  'rowProducts',
  ['target', 'x', 'xShift', 'y', 'yShift', 'bytes', 'rowBytes'],
  (p, variable) => {
    const [end, channel] = [variable('i32'), variable('i32')];
    const sum = at(p.target, channel);
    const shifted = (x: Local, shift: Local) => subtract(load(at(x, channel)), load(at(shift, channel)));
    const product = multiply(shifted(p.x, p.xShift), shifted(p.y, p.yShift));
    return overVectors(p, [p.x, p.y], { end, channel }, store(sum, add(load(sum), product)));
  },
);

/** target = (x − shift)·scale + offset. A row's last vector overlaps the one before it, so rows have a vector at least. */
export const scaledRows = defineFunction(
  'scaledRows',
  ['target', 'x', 'shift', 'scale', 'offset', ...rowParameters],
  (p, variable) => {
    const [end, channel, vector] = [variable('i32'), variable('i32'), variable('i32')];
    const of = (base: Local) => load(at(base, vector));
    const scaled = add(multiply(subtract(of(p.x), of(p.shift)), of(p.scale)), of(p.offset));
    return overVectors(p, [p.x, p.target], { end, channel }, [
      vector.set(atMost(channel.get, p.lastVector.get)),
      store(at(p.target, vector), scaled),
    ]);
  },
);

/** target = (x − shift)·scale + offset + dy·factor, as above. */
export const mixedRows = defineFunction(
  'mixedRows',
  ['target', 'x', 'shift', 'scale', 'offset', 'dy', 'factor', ...rowParameters],
  (p, variable) => {
    const [end, channel, vector] = [variable('i32'), variable('i32'), variable('i32')];
    const of = (base: Local) => load(at(base, vector));
    const scaled = add(multiply(subtract(of(p.x), of(p.shift)), of(p.scale)), of(p.offset));
    return overVectors(p, [p.x, p.dy, p.target], { end, channel }, [
      vector.set(atMost(channel.get, p.lastVector.get)),
      store(at(p.target, vector), add(scaled, multiply(of(p.dy), of(p.factor)))),
    ]);
  },
);

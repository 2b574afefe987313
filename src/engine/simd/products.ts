import { advance, defineFunction, f32x4, i32, repeat } from './assembler';
import { overPositions, positionParameters } from './positions';

/** Channels of x and of dy whose products are summed in registers at once: their eight sums and operands fit sixteen. */
export const tile = { ins: 4, outs: 8 } as const;

/**
 * Adds to `target` [ins,outs] the sums over positions of x [ins] times dy [outs]. Lengths are in bytes, those of the target's axes in whole tiles: what
 * is read beyond a tensor's own channels ends up beyond the target's.
 */
export const channelProducts = defineFunction(
  'channelProducts',
  ['target', 'x', 'dy', 'insBytes', 'outsBytes', ...positionParameters],
  (p, variable) => {
    const sums = Array.from({ length: tile.ins }, () => [variable('v128'), variable('v128')] as const);
    const [pixel, left, right] = [variable('v128'), variable('v128'), variable('v128')];
    const [ins, outs, outsDy, at] = [variable('i32'), variable('i32'), variable('i32'), variable('i32')];
    const accumulate = overPositions(p, variable, { x: p.x.get, dy: outsDy.get }, (x, dy) => [
      left.set(f32x4.load(dy)),
      right.set(f32x4.load(dy, 16)),
      sums.map(([first, second], index) => [
        pixel.set(f32x4.loadSplat(x, 4 * index)),
        first.set(f32x4.add(first.get, f32x4.multiply(pixel.get, left.get))),
        second.set(f32x4.add(second.get, f32x4.multiply(pixel.get, right.get))),
      ]),
    ]);
    const addUp = sums.map(([first, second]) => [
      f32x4.store(at.get, f32x4.add(f32x4.load(at.get), first.get)),
      f32x4.store(at.get, f32x4.add(f32x4.load(at.get, 16), second.get), 16),
      advance(at, p.outsBytes.get),
    ]);
    return [
      ins.set(i32.const(0)),
      repeat(ins, p.insBytes.get, [
        outs.set(i32.const(0)),
        outsDy.set(p.dy.get),
        repeat(outs, p.outsBytes.get, [
          sums.flat().map((sum) => sum.set(f32x4.const(0))),
          accumulate,
          at.set(i32.add(p.target.get, outs.get)),
          addUp,
          advance(outs, i32.const(4 * tile.outs)),
          advance(outsDy, i32.const(4 * tile.outs)),
        ]),
        advance(p.target, i32.multiply(p.outsBytes.get, i32.const(tile.ins))),
        advance(ins, i32.const(4 * tile.ins)),
        advance(p.x, i32.const(4 * tile.ins)),
      ]),
    ];
  },
);

/** Adds to `target` [channels] the sums over positions of x [channels] times dy [channels], in whole vectors as above. */
export const depthwiseProducts = defineFunction(
  'depthwiseProducts',
  ['target', 'x', 'dy', 'channelBytes', ...positionParameters],
  (p, variable) => {
    const [sum, end] = [variable('v128'), variable('i32')];
    const accumulate = overPositions(p, variable, { x: p.x.get, dy: p.dy.get }, (x, dy) =>
      sum.set(f32x4.add(sum.get, f32x4.multiply(f32x4.load(x), f32x4.load(dy)))),
    );
    return [
      end.set(i32.add(p.target.get, p.channelBytes.get)),
      repeat(p.target, end.get, [
        sum.set(f32x4.const(0)),
        accumulate,
        f32x4.store(p.target.get, f32x4.add(f32x4.load(p.target.get), sum.get)),
        [p.target, p.x, p.dy].map((moved) => advance(moved, i32.const(16))),
      ]),
    ];
  },
);

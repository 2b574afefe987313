import { advance, atMost, defineFunction, f32x4, i32, repeat, type WasmFunction } from './assembler';

export type MaskCode = WasmFunction<'target' | 'dy' | 'y' | 'last'>;

/** target = dy where 0 < y < `limit`, else 0; of four numbers at least. `last` is where the last four begin, in bytes. */
function maskedBetween(name: string, limit: number): MaskCode {
  return defineFunction(name, ['target', 'dy', 'y', 'last'], (p, variable) => {
    const [position, vector] = [variable('i32'), variable('i32')];
    const y = variable('v128');
    const at = (base: typeof position) => i32.add(base.get, vector.get);
    const inside = f32x4.and(
      f32x4.isGreater(y.get, f32x4.const(0)),
      f32x4.isGreater(f32x4.const(limit), y.get),
    );
    return [
      position.set(i32.const(0)),
      repeat(position, i32.add(p.last.get, i32.const(16)), [
        vector.set(atMost(position.get, p.last.get)),
        y.set(f32x4.load(at(p.y))),
        f32x4.store(at(p.target), f32x4.and(f32x4.load(at(p.dy)), inside)),
        advance(position, i32.const(16)),
      ]),
    ];
  });
}

export const reluGradient = maskedBetween('reluGradient', Infinity);
export const relu6Gradient = maskedBetween('relu6Gradient', 6);

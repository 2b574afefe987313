import type { Dice, OperatorCase } from '../../src/formats/onnx/testing/random-operators';
import type { TinyNode } from '../../src/formats/onnx/testing/tiny';

/** Makes a case of an operator. */
export type Make = (dice: Dice) => OperatorCase;
export type Makers = Readonly<Record<string, Make>>;

const last = (opset: number) =>
  [7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21].filter((one) => one >= opset);

export const opsets = (dice: Dice, since = 7, until = 99): number =>
  dice.pick(last(since).filter((one) => one <= until));

export const shapeOf = (dice: Dice, least = 1, most = 5): number[] =>
  [2, 3, 4, 5, 2].slice(0, dice.int(least, most)).map((n) => (dice.bool(0.1) ? 1 : n));
export const axisOf = (dice: Dice, rank: number) => dice.int(-rank, rank - 1);
export const toFloat: TinyNode = ['Cast', ['i'], ['y'], { to: 1 }];

/** A shape that broadcasts with the given one. */
export function partner(dice: Dice, shape: readonly number[]): number[] {
  return shape.slice(dice.int(0, shape.length)).map((n) => (dice.bool(0.4) ? 1 : n));
}

export const single = (op: string, make: (dice: Dice) => Omit<OperatorCase, 'op'>): Makers => ({
  [op]: (dice) => ({ op, ...make(dice) }),
});

export function merged(makers: readonly Makers[]): Makers {
  return Object.fromEntries(makers.flatMap((some) => Object.entries(some)));
}

import type { TensorProto } from 'onnx-buf';
import { pick } from '../../testing/damage';
import { floats, float32s, int64s, type TinyAttributes, type TinyModel, type TinyNode } from './tiny';

/** Chooses at random what a model of one operator is like. */
export class Dice {
  readonly next: () => number;
  readonly weights: TensorProto[] = [];

  constructor(next: () => number) {
    this.next = next;
  }

  /** Both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  bool(chance = 0.5): boolean {
    return this.next() < chance;
  }

  pick<T>(items: readonly T[]): T {
    return pick(items, this.next);
  }

  ints(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.int(low, high));
  }

  /** Some of the attributes, the others left to their defaults. */
  some(attributes: TinyAttributes, chance = 0.5): TinyAttributes {
    return Object.fromEntries(Object.entries(attributes).filter(() => this.bool(chance)));
  }

  weight(dims: readonly number[]): string {
    const name = `w${this.weights.length}`;
    this.weights.push(floats(name, dims, this.int(1, 99)));
    return name;
  }

  numbers(values: readonly number[], dims?: number[]): string {
    const name = `w${this.weights.length}`;
    this.weights.push(float32s(name, values, dims));
    return name;
  }

  whole(values: readonly number[], dims?: number[]): string {
    const name = `w${this.weights.length}`;
    this.weights.push(int64s(name, values, dims));
    return name;
  }

  shuffled(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.int(0, i);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    return order;
  }
}

export interface OperatorCase {
  readonly op: string;
  readonly opset: number;
  readonly shape: readonly number[];
  readonly nodes: readonly TinyNode[];
}

/** The model of a case: one input `x`, its batch fixed or free, and one float output `y`. */
export function operatorModel({ opset, shape, nodes }: OperatorCase, dice: Dice): TinyModel {
  const dims = dice.bool() ? shape : ['N', ...shape.slice(1)];
  return {
    opset,
    irVersion: opset < 9 ? 4 : 8,
    inputs: { x: dims },
    outputs: ['y'],
    weights: dice.weights,
    nodes,
  };
}

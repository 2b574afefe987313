import { broken, isNumbers, type JsonObject } from '../tfjs/json';
import type { InputError } from '../../util/errors';

/** A layer's `config`, read with checks; errors name the layer and the key. */
export class LayerConfig {
  constructor(
    readonly raw: JsonObject,
    private readonly file: string,
    private readonly layer: string,
  ) {}

  number(key: string, fallback?: number): number {
    const value = this.raw[key] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.wrong(key, 'a number');
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.raw[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.wrong(key, 'true or false');
  }

  string(key: string, fallback: string): string {
    const value = this.raw[key] ?? fallback;
    if (typeof value === 'string') return value;
    throw this.wrong(key, 'a word');
  }

  integers(key: string): number[] {
    const value = this.raw[key];
    if (isNumbers(value) && value.every(Number.isInteger)) return value;
    throw this.wrong(key, 'a list of whole numbers');
  }

  /** A shape with sizes left open: −1, or null as tfjs writes it; both become −1. */
  openShape(key: string): number[] {
    const value = this.raw[key];
    const sizes: unknown = Array.isArray(value) ? value.map((size: unknown) => size ?? -1) : null;
    if (isNumbers(sizes) && sizes.every(Number.isInteger)) return sizes.map((size) => Math.max(size, -1));
    throw this.wrong(key, 'a list of sizes');
  }

  /** Two positive whole numbers, for height and width; one stands for both. */
  pair(key: string, fallback?: unknown): [number, number] {
    const value = this.raw[key] ?? fallback;
    const list = isNumbers(value) ? value : [value, value];
    const [height, width = height] = list;
    if (list.length <= 2 && isSize(height) && isSize(width)) return [height, width];
    throw this.wrong(key, 'one or two positive whole numbers');
  }

  wrong(key: string, wanted: string): InputError {
    const found = JSON.stringify(this.raw[key]) as string | undefined;
    return broken(
      this.file,
      `layer "${this.layer}"`,
      `"${key}" is ${found?.slice(0, 60) ?? 'missing'}, but ${wanted} is wanted.`,
    );
  }
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

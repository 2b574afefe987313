import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memory } from '@tensorflow/tfjs-core';
import type { Pads, Pair } from '../../graph/nodes';
import { checkNode } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const small = (min: number, max: number) => fc.integer({ min, max });
const pair = (min: number, max: number): fc.Arbitrary<Pair> => fc.tuple(small(min, max), small(min, max));

describe('conv2d', () => {
  it('agrees with its definition for every kernel, stride, dilation, padding and group', () => {
    const property = fc.property(
      fc.record({
        kernel: pair(1, 3),
        strides: pair(1, 3),
        dilations: pair(1, 2),
        pads: fc.tuple(small(0, 2), small(0, 2), small(0, 2), small(0, 2)),
        groups: small(1, 3),
        ins: small(1, 3),
        outs: small(1, 3),
        bias: fc.boolean(),
      }),
      ({ kernel, groups, ins, outs, bias, ...attributes }) => {
        const shapes = [
          [2, 6, 7, ins * groups],
          [...kernel, ins, outs * groups],
          ...(bias ? [[outs * groups]] : []),
        ];
        checkNode(shapes, (inputs) => ({ op: 'conv2d', source: 'c', inputs, groups, ...attributes }));
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  it('takes wide groups together by twos', () => {
    checkNode([[1, 5, 5, 48], [3, 3, 12, 20], [20]], (inputs) => ({
      ...{ op: 'conv2d', source: 'c', inputs, groups: 4 },
      ...{ strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] },
    }));
  });

  it('runs depthwise convolutions with a multiplier and uneven pads', () => {
    const attributes = { strides: [2, 2], dilations: [1, 1], pads: [0, 0, 1, 1] as Pads, groups: 4 } as const;
    checkNode(
      [
        [1, 8, 8, 4],
        [3, 3, 1, 8],
      ],
      (inputs) => ({ op: 'conv2d', source: 'c', inputs, ...attributes }),
    );
  });

  it('cuts the input where a pad is negative', () => {
    checkNode(
      [
        [1, 6, 6, 2],
        [3, 3, 2, 3],
      ],
      (inputs) => ({
        op: 'conv2d',
        source: 'c',
        inputs,
        strides: [1, 1],
        dilations: [1, 1],
        pads: [-1, 1, 0, -2],
        groups: 1,
      }),
    );
  });

  it('leaves no tensor behind', () => {
    const before = memory().numTensors;
    checkNode([[1, 5, 5, 4], [3, 3, 2, 4], [4]], (inputs) => ({
      op: 'conv2d',
      source: 'c',
      inputs,
      strides: [2, 2],
      dilations: [2, 2],
      pads: [2, 2, 2, 2],
      groups: 2,
    }));
    expect(memory().numTensors).toBe(before);
  });
});

describe('convTranspose2d', () => {
  it('agrees with scattering for every kernel, stride, dilation, padding, output padding and group', () => {
    const property = fc.property(
      fc.record({
        kernel: pair(1, 4),
        strides: pair(1, 3),
        dilations: pair(1, 2),
        pads: fc.tuple(small(0, 1), small(0, 1), small(0, 1), small(0, 1)),
        groups: small(1, 2),
        ins: small(1, 2),
        outs: small(1, 3),
        extra: fc.tuple(fc.boolean(), fc.boolean()),
      }),
      ({ kernel, groups, ins, outs, extra, ...attributes }) => {
        const outputPadding: Pair = [
          extra[0] && attributes.strides[0] > 1 ? 1 : 0,
          extra[1] && attributes.strides[1] > 1 ? 1 : 0,
        ];
        const shapes = [
          [2, 4, 5, ins * groups],
          [...kernel, outs, ins * groups],
        ];
        checkNode(shapes, (inputs) => ({
          op: 'convTranspose2d',
          source: 'c',
          inputs,
          groups,
          outputPadding,
          ...attributes,
        }));
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});

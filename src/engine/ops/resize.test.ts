import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { checkNode } from '../testing/compare';
import { startWasm } from '../testing/wasm';

beforeAll(startWasm);

const size = fc.integer({ min: 1, max: 11 });

describe('resize', () => {
  it('follows the conventions of ONNX for every mode and size', () => {
    const property = fc.property(
      fc.record({
        mode: fc.constantFrom('nearest' as const, 'linear' as const),
        coordinates: fc.constantFrom(
          'half_pixel' as const,
          'pytorch_half_pixel' as const,
          'align_corners' as const,
          'asymmetric' as const,
          'half_pixel_symmetric' as const,
        ),
        nearestMode: fc.constantFrom(
          'round_prefer_floor' as const,
          'round_prefer_ceil' as const,
          'floor' as const,
          'ceil' as const,
        ),
        size: fc.tuple(size, size),
      }),
      (attributes) => {
        const scales = [attributes.size[0] / 4, attributes.size[1] / 5] as const;
        checkNode([[2, 4, 5, 3]], ([x = '']) => ({
          op: 'resize',
          source: 'r',
          inputs: [x],
          scales,
          ...attributes,
        }));
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  it('repeats for whole-number nearest upsampling, and maps by the given scales', () => {
    const nearest = { mode: 'nearest', coordinates: 'asymmetric', nearestMode: 'floor' } as const;
    for (const scales of [
      [2, 3],
      [2.2, 3.1],
    ] as const)
      checkNode([[2, 4, 5, 3]], ([x = '']) => ({
        op: 'resize',
        source: 'r',
        inputs: [x],
        scales,
        size: [8, 15],
        ...nearest,
      }));
  });
});

import { expect, it } from 'vitest';
import { floats, kindIn, lossOf, measured, type Detector } from '../testing/arrays';

/** Up, to the side, and twice unknown; four positions, components last. */
const normals = [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const arrays = [floats('labels', [1, 1, 4, 3], normals)];
/** Components first: (0, 0, 2), (3, 3, 0) and anything. */
const values = [0, 3, 5, 1, 0, 3, 5, 1, 2, 0, 5, 1];
const outputs: Detector['outputs'] = [{ sample: [3, 1, 4], values }];
const of = (spec: Detector['spec']) => kindIn({ spec, arrays, outputs });

it('brings outputs to unit length and leaves unknown normals out', () => {
  expect(lossOf(of({ loss: 'normals-cosine' }), values)).toBeCloseTo((0 + 1 - Math.SQRT1_2) / 2, 12);
  expect(lossOf(of({ loss: 'normals-l1' }), values)).toBeCloseTo(
    (0 + (1 - Math.SQRT1_2) + Math.SQRT1_2) / 2,
    12,
  );
});

it('measures the mean angle, and the share within 11.25°', () => {
  expect(measured(of({ loss: 'normals-cosine' }), outputs, 1)).toBeCloseTo(22.5, 4);
  expect(measured(of({ loss: 'normals-l1', metric: 'within-11.25' }), outputs, 1)).toBe(0.5);
});

it('draws unit vectors', () => {
  expect(of({ loss: 'normals-l1' }).draw(0, [Float64Array.from(values)])).toMatchObject({
    kind: 'vector-map',
    width: 4,
    height: 1,
    truth: Float32Array.from(normals),
  });
});

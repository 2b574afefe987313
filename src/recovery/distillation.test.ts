import { describe, expect, it } from 'vitest';
import { outputDistance } from './distillation';

const logits = Float32Array.of(1, -2, 0.5, 0.3, 2, -1);
const teacher = Float32Array.of(0.5, 0.1, -1, 1.2, -0.4, 0.9);
const probabilities = Float32Array.of(0.2, 0.5, 0.3, 0.6, 0.3, 0.1);
const taught = Float32Array.of(0.7, 0.2, 0.1, 0.3, 0.3, 0.4);

const outputs = {
  logits: { loss: 'cross-entropy', student: logits, reference: teacher },
  probabilities: { loss: 'cross-entropy', student: probabilities, reference: taught },
  'numbers without classes': { loss: 'mse', student: logits, reference: teacher },
} as const;

describe.each(Object.entries(outputs))('the distance of %s', (_, { loss, student, reference }) => {
  const distance = outputDistance({ loss }, { name: 'y', sampleShape: [3], reference }, [], 2);
  const at = (values: Float32Array) => distance(values, reference, new Float32Array(6), 1);

  it('is zero where both are alike and positive elsewhere', () => {
    expect(at(reference)).toBeCloseTo(0, 6);
    expect(at(student)).toBeGreaterThan(0.01);
  });

  it('has the gradient that finite differences have, times the weight', () => {
    const gradient = new Float32Array(6);
    distance(student, reference, gradient, 3);
    student.forEach((value, index) => {
      const step = 2e-3;
      const slope =
        (at(student.with(index, value + step)) - at(student.with(index, value - step))) / (2 * step);
      expect(gradient[index]).toBeCloseTo(3 * slope, 1);
    });
  });
});

it('softens classes as Hinton’s distillation does', () => {
  const one = outputDistance(
    { loss: 'cross-entropy' },
    { name: 'y', sampleShape: [2], reference: Float32Array.of(4, 0) },
    [],
    4,
  );
  const [p, q] = [1 / (1 + Math.exp(-1)), 0.5];
  const expected = 16 * (p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / q));
  expect(one(Float32Array.of(3, 3), Float32Array.of(4, 0), new Float32Array(2), 1)).toBeCloseTo(expected, 5);
});

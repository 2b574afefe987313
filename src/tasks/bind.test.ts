import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batch, bind, bytes, floats, type Situation } from './testing/arrays';

const losses = (situation: Situation, values = situation.output) =>
  [...bind(situation).losses(batch(situation.sample, values))].map((loss) => Number(loss.toFixed(5)));

describe('cross-entropy', () => {
  const labels = [bytes('labels', [2], [0, 2])];
  const logits = [2, 0, 0, 0, 0, 1];
  const probabilities = [0.5, 0.25, 0.25, 0.125, 0.125, 0.75];

  it('reads logits', () => {
    const situation = {
      spec: { loss: 'cross-entropy' as const },
      arrays: labels,
      sample: [3],
      output: logits,
    };
    expect(bind(situation).description).toBe('cross-entropy of logits over 3 classes');
    const expected = [Math.log(1 + 2 * Math.exp(-2)), Math.log(1 + 2 * Math.exp(-1))];
    expect(losses(situation)).toEqual(expected.map((loss) => Number(loss.toFixed(5))));
  });

  it('reads probabilities where the unpruned values are such', () => {
    const situation = {
      spec: { loss: 'cross-entropy' as const },
      arrays: labels,
      sample: [3],
      output: probabilities,
    };
    expect(bind(situation).description).toBe('cross-entropy of probabilities over 3 classes');
    expect(losses(situation)).toEqual([0.69315, 0.28768]);
  });

  it('takes one-hot labels as class numbers', () => {
    const oneHot = [floats('labels', [2, 3], [1, 0, 0, 0, 0, 1])];
    const situation = {
      spec: { loss: 'cross-entropy' as const },
      arrays: oneHot,
      sample: [3],
      output: logits,
    };
    expect(losses(situation)).toEqual(losses({ ...situation, arrays: labels }));
  });

  it('counts right answers', () => {
    const task = bind({ spec: { loss: 'cross-entropy' }, arrays: labels, sample: [3], output: logits });
    const tally = task.metric?.tally(batch([3], [1, 2, 3, 0, 0, 9]));
    expect(task.metric?.value(tally ?? new Float64Array())).toBe(1 / 2);
  });

  it('finds the class axis of a map by its labels, channels first or last', () => {
    const map = [bytes('labels', [1, 1, 2], [1, 0])];
    const first = {
      spec: { loss: 'cross-entropy' as const },
      arrays: map,
      sample: [3, 1, 2],
      output: [1, 2, 3, 4, 5, 6],
    };
    const last = { ...first, sample: [1, 2, 3], output: [1, 3, 5, 2, 4, 6] };
    expect(losses(first)).toEqual(losses(last));
  });

  it('leaves out positions whose mask is 0, whatever their label', () => {
    const arrays = [bytes('labels', [1, 2, 2], [1, 255, 0, 255]), bytes('valid', [1, 2, 2], [1, 0, 1, 0])];
    const output = [0, 0, 0, 0, 5, 7, 0, 9];
    const situation = {
      spec: { loss: 'cross-entropy' as const, mask: 'valid' },
      arrays,
      sample: [2, 2, 2],
      output,
    };
    const expected = (Math.log1p(Math.exp(-5)) + Math.log(2)) / 2;
    expect(losses(situation)).toEqual([Number(expected.toFixed(5))]);
  });

  it('costs infinity where the output is not a number', () => {
    const situation = {
      spec: { loss: 'cross-entropy' as const },
      arrays: labels,
      sample: [3],
      output: logits,
    };
    expect([...bind(situation).losses(batch([3], [NaN, 0, 0]))]).toEqual([Infinity]);
  });
});

describe('elementwise losses', () => {
  const arrays = [floats('labels', [1, 2], [1, 4])];
  const with2 = (spec: Situation['spec']) => losses({ spec, arrays, sample: [2], output: [1.5, 1] });

  it.each([
    ['mse', (0.25 + 9) / 2],
    ['l1', (0.5 + 3) / 2],
    ['smooth-l1', (0.125 + 2.5) / 2],
  ] as const)('%s is a mean over elements', (loss, expected) => {
    expect(with2({ loss })).toEqual([expected]);
    expect(with2({ loss, reduction: 'sum' })).toEqual([expected * 2]);
  });

  it('binary cross-entropy reads logits and probabilities alike', () => {
    const targets = [bytes('labels', [1, 2], [1, 0])];
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const spec = { loss: 'binary-cross-entropy' as const };
    const logits = { spec, arrays: targets, sample: [2], output: [2, -3] };
    const probabilities = { ...logits, output: [sigmoid(2), sigmoid(-3)] };
    expect(losses(logits)).toEqual(losses(probabilities));
    expect(bind(logits).description).toBe('binary cross-entropy of logits');
    expect(bind(probabilities).description).toBe('binary cross-entropy of probabilities');
  });

  it('reads channels-last labels of a channels-first output, masked by position', () => {
    const channelsLast = [
      floats('labels', [1, 1, 3, 2], [1, 10, 2, 20, 3, 30]),
      floats('pos', [1, 1, 3], [0, 1, 1]),
    ];
    const spec = { loss: 'l1' as const, reduction: 'sum' as const, mask: 'pos' };
    const situation = { spec, arrays: channelsLast, sample: [2, 1, 3], output: [1, 2, 4, 10, 21, 32] };
    expect(losses(situation)).toEqual([0 + 1 + 1 + 2]);
  });
});

it("CenterNet's focal loss weighs a cell by how near it is to an object", () => {
  const arrays = [floats('labels', [1, 2], [1, 0.5])];
  const spec = { loss: 'centernet-focal' as const, reduction: 'sum' as const };
  const atObject = 0.5 ** 2 * Math.LN2;
  const nearObject = 0.5 ** 4 * 0.5 ** 2 * Math.LN2;
  expect(losses({ spec, arrays, sample: [2], output: [0, 0] })).toEqual([
    Number((atObject + nearObject).toFixed(5)),
  ]);
});

describe('agreement', () => {
  it('starts at 1, and rises by the divergence of probabilities in nats', () => {
    const situation = { spec: { loss: 'agreement' as const }, sample: [2], output: [0.5, 0.5, 0.9, 0.1] };
    expect(losses(situation)).toEqual([1, 1]);
    const pruned = [0.9, 0.1, 0.9, 0.1];
    const divergence = 0.5 * Math.log(0.5 / 0.9) + 0.5 * Math.log(0.5 / 0.1);
    expect(losses(situation, pruned)).toEqual([Number((1 + divergence).toFixed(5)), 1]);
  });

  it('starts at 1, and rises by the part of the variance that differs', () => {
    const situation = { spec: { loss: 'agreement' as const }, sample: [1], output: [-4, 0, 4, 8] };
    expect(losses(situation)).toEqual([1, 1, 1, 1]);
    expect(losses(situation, [2, 2, 2, 2]).reduce((sum, loss) => sum + loss) / 4).toBe(2);
  });
});

describe('what it refuses, in a sentence', () => {
  const refused = (situation: Situation) => () => bind(situation);
  const base: Situation = {
    spec: { loss: 'cross-entropy' },
    arrays: [bytes('labels', [2], [0, 1])],
    sample: [3],
    output: [0, 1, 2, 3, 4, 5],
  };

  it('labels that are not there', () => {
    const situation = { ...base, spec: { loss: 'cross-entropy' as const, labels: 'digits' } };
    expect(refused(situation)).toThrow(
      'calibration.npz, task "t": there is no array "digits" for its labels. The file has "labels". Name one of these.',
    );
  });

  it('a label without a class', () => {
    expect(refused({ ...base, arrays: [bytes('labels', [2], [0, 3])] })).toThrow(
      'sample 1 (counted from 0) has label 3, but the output "y" has 3 classes (0 to 2).',
    );
  });

  it('labels of another shape', () => {
    expect(refused({ ...base, arrays: [bytes('labels', [2, 2], [0, 1, 1, 0])] })).toThrow(
      'a sample of them is 2, which does not fit the output "y" of 3.',
    );
  });

  it('labels that are not numbers', () => {
    expect(
      refused({ ...base, spec: { loss: 'mse' }, arrays: [floats('labels', [2, 3], [0, 1, 2, 3, NaN, 5])] }),
    ).toThrow('labels "labels": sample 1 (counted from 0) holds NaN.');
  });

  it('an output that is not finite', () => {
    expect(refused({ ...base, output: [0, 1, 2, 3, 4, Infinity] })).toThrow(
      'the unpruned model gives Infinity for sample 1',
    );
  });

  it('fewer labels than samples', () => {
    expect(refused({ ...base, arrays: [bytes('labels', [1], [0])] })).toThrow(
      'it has 1 samples, but the input has 2.',
    );
  });
});

it('no loss is negative, and none depends on how samples are cut into batches', () => {
  const numbers = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 12, maxLength: 12 });
  const loss = fc.constantFrom('cross-entropy', 'mse', 'l1', 'smooth-l1', 'agreement');
  fc.assert(
    fc.property(loss, numbers, numbers, fc.integer({ min: 1, max: 3 }), (name, output, pruned, cut) => {
      const classes = name === 'cross-entropy';
      const arrays = [
        classes ? bytes('labels', [4], [0, 1, 2, 0]) : floats('labels', [4, 3], [...output].reverse()),
      ];
      const task = bind({ spec: { loss: name }, arrays, sample: [3], output });
      const whole = [...task.losses(batch([3], pruned))];
      const parts = [batch([3], pruned.slice(0, cut * 3)), batch([3], pruned.slice(cut * 3), cut)];
      expect(parts.flatMap((part) => [...task.losses(part)])).toEqual(whole);
      expect(whole.every((value) => value >= 0)).toBe(true);
    }),
  );
});

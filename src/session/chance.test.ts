import { describe, expect, it } from 'vitest';
import { bindTask } from '../tasks/bind';
import { bytes } from '../tasks/testing/arrays';
import type { TaskSpec } from '../tasks/task';
import { chanceWarning } from './chance';

const count = 40;
const labels = Array.from({ length: count }, (_, i) => (i * 7) % 4);
const spec: TaskSpec = { name: 'kind', loss: 'cross-entropy', output: 'y', labels: 'kind' };

/** The warning about a network that answers `answer(i)` to sample i of 4 classes. */
function warning(answer: (sample: number) => number, kinds: readonly number[] = labels): string | null {
  const reference = new Float32Array(count * 4).fill(-3);
  for (let i = 0; i < count; i++) reference[i * 4 + answer(i)] = 3;
  const inputs = { count, file: 'set.npz', arrays: new Map([['kind', bytes('kind', [count], [...kinds])]]) };
  const outputs = [{ name: 'y', sampleShape: [4], reference }];
  return chanceWarning({
    task: bindTask(spec, inputs, outputs),
    values: [],
    binding: { spec, inputs, outputs },
  });
}

describe('chanceWarning', () => {
  it('says nothing of a network that knows its labels, even where it often errs', () => {
    expect(warning((i) => labels[i] ?? 0)).toBeNull();
    expect(warning((i) => (i % 2 === 0 ? (labels[i] ?? 0) : 0))).toBeNull();
  });

  it('warns of answers that have nothing to do with the labels, or are always the same', () => {
    const sentence = /^Task "kind": the unpruned network’s .* on 40 samples, hardly better than/;
    expect(warning((i) => (i * i + 3 * i + 1) % 3)).toMatch(sentence);
    expect(warning(() => 2)).toMatch(sentence);
  });

  it('cannot tell where all labels are the same', () => {
    expect(warning(() => 2, Array<number>(count).fill(2))).toBeNull();
  });
});

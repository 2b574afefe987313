import type { Tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import type { ValueId } from '../graph/graph';
import type { Candidate } from './candidate';
import { answer } from './answer';
import type { Question } from './questions';
import { uploadBatch, type SampleBatch } from './sample-batch';
import type { Variation } from './variation';

/** A batch that was handed to the backend. */
export interface BatchRun {
  /** Multiply-accumulates that it takes. */
  readonly macs: number;
  /** Settles when the outputs are read, their losses counted, and nothing of them is left on the backend. */
  readonly done: Promise<void>;
}

export interface BatchInput {
  readonly set: CalibrationSet;
  readonly id: ValueId;
}

/** Runs one batch through what is not known of the candidate, for the questions that are open on it. */
export function runBatch(
  input: BatchInput,
  batch: SampleBatch,
  candidate: Candidate,
  variation: Variation,
  open: readonly Question[],
): BatchRun {
  const wanted = [...new Set(open.flatMap(({ values }) => values.map(({ id }) => id)))];
  const temporary = new Map<ValueId, Tensor>();
  const upload = () => {
    const uploaded = temporary.get(input.id) ?? uploadBatch(input.set, batch);
    temporary.set(input.id, uploaded);
    return uploaded;
  };
  try {
    const prepared = variation.prepare(batch, input.id, upload);
    const start = variation.startingPoints(batch, candidate, wanted);
    start.known.forEach((known, id) => temporary.set(id, known));
    const schedule = candidate.executor.schedule(new Set(temporary.keys()), wanted);
    if (schedule.steps.some((step) => step.reads.includes(input.id))) upload();
    const kept = variation.worthKeeping(schedule).filter((id) => !wanted.includes(id));
    const made = candidate.executor.run(temporary, { ...schedule, wanted: [...wanted, ...kept] });
    const done = answer(batch, open, zip(wanted, made.slice(0, wanted.length)));
    variation.keep(batch, candidate, zip(kept, made.slice(wanted.length)));
    // Whoever waits for it is told; a batch that nobody waits for is nobody's error.
    done.catch(() => undefined);
    return { macs: prepared + start.macs + candidate.macs(schedule) * batch.samples.length, done };
  } finally {
    for (const each of temporary.values()) each.dispose();
  }
}

function zip<T>(ids: readonly ValueId[], values: readonly T[]): Map<ValueId, T> {
  return new Map(
    ids.flatMap((id, index) => {
      const value = values[index];
      return value === undefined ? [] : [[id, value]];
    }),
  );
}

import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { Value, ValueId } from '../graph/graph';
import { readLosses } from './device-losses';
import { heapBackend } from './ops/heap';
import type { Question } from './questions';
import type { SampleBatch } from './sample-batch';

/**
 * Answers what is open about a batch from its outputs. Losses are computed on the device where they can be, and the
 * others' outputs read. Everything is handed to the backend before the first result is waited for.
 *
 * @param outputs are taken over, and disposed once all is read: tfjs cannot read what is disposed meanwhile
 */
export async function answer(
  batch: SampleBatch,
  open: readonly Question[],
  outputs: ReadonlyMap<ValueId, Tensor>,
): Promise<void> {
  const losses: Tensor[] = [];
  try {
    const reading = open.map(async (question) => {
      const { tally, device, values, readsOutputs } = question;
      const isNew = device !== null && !tally.has(batch);
      const found = isNew
        ? device.of(
            values.map(({ id }) => tensorOf(outputs, id)),
            batch.samples,
          )
        : null;
      if (found) losses.push(found);
      const [onDevice, numbers] = await Promise.all([
        found?.data<'float32'>(),
        readsOutputs ? readerOf(outputs, values) : null,
      ]);
      if (onDevice) tally.addLosses(batch, readLosses(onDevice));
      if (numbers && device) tally.addMetric(batch, numbers());
      else if (numbers) tally.add(batch, numbers());
    });
    await Promise.all(reading);
  } finally {
    dispose([...outputs.values(), ...losses]);
  }
}

/** What gives the numbers of outputs. On WASM they stay where they are, good until more is allocated. */
async function readerOf(outputs: ReadonlyMap<ValueId, Tensor>, values: readonly Value[]) {
  const heap = heapBackend();
  const tensors = values.map(({ id }) => tensorOf(outputs, id));
  const read = heap ? null : await Promise.all(tensors.map((each) => each.data<'float32'>()));
  return () => {
    const numbers = read ?? tensors.map((each) => heap?.typedArrayFromHeap(each) ?? NONE);
    return values.map(({ shape }, index) => ({
      sampleShape: shape.slice(1).map((dim) => dim ?? 1),
      data: numbers[index] ?? NONE,
    }));
  };
}

const NONE = new Float32Array();

function tensorOf(outputs: ReadonlyMap<ValueId, Tensor>, id: ValueId): Tensor {
  const found = outputs.get(id);
  if (!found) throw new Error(`The value ${id} was not computed.`);
  return found;
}

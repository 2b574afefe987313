import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { Value, ValueId } from '../graph/graph';
import { readLosses } from './device-losses';
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
        readsOutputs ? readAll(outputs, values) : null,
      ]);
      if (onDevice) tally.addLosses(batch, readLosses(onDevice));
      if (numbers && device) tally.addMetric(batch, numbers);
      else if (numbers) tally.add(batch, numbers);
    });
    await Promise.all(reading);
  } finally {
    dispose([...outputs.values(), ...losses]);
  }
}

function readAll(outputs: ReadonlyMap<ValueId, Tensor>, values: readonly Value[]) {
  const read = values.map(async ({ id, shape }) => ({
    sampleShape: shape.slice(1).map((dim) => dim ?? 1),
    data: await tensorOf(outputs, id).data<'float32'>(),
  }));
  return Promise.all(read);
}

function tensorOf(outputs: ReadonlyMap<ValueId, Tensor>, id: ValueId): Tensor {
  const found = outputs.get(id);
  if (!found) throw new Error(`The value ${id} was not computed.`);
  return found;
}

import * as tf from '@tensorflow/tfjs';
import type { NamedBytes } from '../../../util/files';
import { tinyModel } from '../../tfjs-graph/testing/tiny';
import { randomise, saveModel } from '../../tfjs-layers/testing/memory';
import { decoder, mobile, nested, plain, residual } from '../../tfjs-layers/testing/models';
import { damaged, pick } from '../damage';
import { damagedJsonText } from './json';
import { everyOperator } from './tfjs-graph-model';
import type { Fuzzer } from '.';

export function tfjsGraph(): Fuzzer {
  const models = (['float32', 'float16', 'uint8'] as const).map((stored) =>
    tinyModel({ ...everyOperator, stored }),
  );
  return (next) => damagedModel(pick(models, next), next);
}

export async function tfjsLayers(): Promise<Fuzzer> {
  await tf.setBackend('cpu');
  const models: NamedBytes[][] = [];
  for (const build of [plain, residual, mobile, decoder, nested])
    models.push(await saveModel(randomise(build())));
  return (next) => damagedModel(pick(models, next), next);
}

/** Mostly the JSON tells absurd things; sometimes its text or a shard is damaged, or a shard is missing. */
function damagedModel(files: readonly NamedBytes[], next: () => number): NamedBytes[] {
  const [main, ...shards] = files;
  if (!main) return [];
  const text = new TextDecoder().decode(main.bytes);
  const bytes =
    next() < 0.85
      ? new TextEncoder().encode(damagedJsonText(JSON.parse(text), next))
      : damaged(main.bytes, next);
  const others = shards.flatMap((shard) => {
    const chance = next();
    if (chance < 0.02) return [];
    return chance < 0.1 ? [{ ...shard, bytes: damaged(shard.bytes, next) }] : [shard];
  });
  return [{ ...main, bytes }, ...others];
}

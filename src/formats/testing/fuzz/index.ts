import { guessCalibration, readCalibration } from '../../../calibration';
import { analyseChannels } from '../../../graph/channels';
import { emptiedValues, sliceGraph } from '../../../graph/slice';
import { InputError } from '../../../util/errors';
import type { NamedBytes } from '../../../util/files';
import { readModel } from '../..';
import { random, randomKeep } from '../../onnx/testing/agreement';
import { sortFiles } from '../../sort';
import { archives, arrays } from './archives';
import { keras } from './keras';
import { onnx } from './onnx';
import { tfjsGraph, tfjsLayers } from './tfjs';
import { safetensors, torch } from './torch';

/** Makes damaged files of a format, others for other random numbers. */
export type Fuzzer = (next: () => number) => readonly NamedBytes[];

/** By format; each reads the files that it damages once. */
export const fuzzers: Readonly<Record<string, () => Fuzzer | Promise<Fuzzer>>> = {
  onnx,
  'tfjs-graph': tfjsGraph,
  'tfjs-layers': tfjsLayers,
  'keras-h5': () => keras('.h5'),
  'keras-zip': () => keras('.keras'),
  torch,
  safetensors,
  arrays,
  archives,
};

/** The files of one round. */
export function damagedFiles(fuzzer: Fuzzer, seed: number, round: number): readonly NamedBytes[] {
  const next = random(seed * 1_000_003 + round);
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 3; i++) next();
  return fuzzer(next);
}

/**
 * Opens files as the studio does, prunes what can be pruned and writes it back.
 * @returns whether they were accepted; an error that names no file, or is none for people, is thrown on
 */
export async function survives(files: readonly NamedBytes[]): Promise<boolean> {
  try {
    const { model, calibration } = await sortFiles(files);
    const artifact = model.length > 0 ? readModel(model) : null;
    const set = calibration.length > 0 ? readCalibration(calibration) : null;
    if (artifact && set) guessCalibration(set, artifact.graph);
    if (!artifact) return set !== null;
    const channels = analyseChannels(artifact.graph);
    const keep = randomKeep(channels, 0.7, random(3));
    if (emptiedValues(channels, keep).length > 0) return true;
    artifact.write(channels, keep, sliceGraph(artifact.graph, channels, keep));
    return true;
  } catch (error) {
    if (error instanceof InputError && error.file !== '' && error.problem !== '') return false;
    throw error;
  }
}

import { analyseChannels } from '../../../graph/channels';
import { emptiedValues, sliceGraph } from '../../../graph/slice';
import { InputError } from '../../../util/errors';
import { onnxFormat } from '..';
import { random, randomKeep } from './agreement';

/**
 * Opens a file, prunes what can be pruned and writes it back.
 * @returns whether it was accepted: anything but an InputError is thrown on
 */
export function survives(bytes: Uint8Array): boolean {
  try {
    const artifact = onnxFormat.read([{ name: 'damaged.onnx', bytes }]);
    const channels = analyseChannels(artifact.graph);
    const keep = randomKeep(channels, 0.7, random(3));
    if (emptiedValues(channels, keep).length > 0) return true;
    artifact.write(channels, keep, sliceGraph(artifact.graph, channels, keep));
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

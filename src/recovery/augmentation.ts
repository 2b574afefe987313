import type { NamedArray } from '../calibration/calibration';
import {
  movesAsBoxes,
  movesAsMap,
  movesAsPoints,
  staysAsItIs,
  type Augmentation,
  type CarryLabel,
} from '../engine/train';
import { catalogue } from '../tasks/catalogue';
import { labelNames, type TaskSpec } from '../tasks/task';
import { InputError } from '../util/errors';
import type { TuningData } from './data';
import type { FineTuneSettings } from './settings';

/**
 * How samples are moved while training, with labels that follow them: maps of the image's proportions and boxes do,
 * numbers of a sample stay. Null where nothing moves.
 * @throws InputError naming labels that cannot follow
 */
export function augmentationFor(
  augment: FineTuneSettings['augment'],
  { train, files: [file] }: Pick<TuningData, 'train' | 'files'>,
  tasks: readonly TaskSpec[],
): Augmentation | null {
  const { flip = 0, shift = 0, crop = 1 } = augment;
  if (flip === 0 && shift === 0 && crop === 1) return null;
  const rows = rowsAxis(train.sampleShape);
  const size = train.sampleShape.slice(rows, rows + 2);
  const labels = new Map<string, CarryLabel>();
  for (const task of tasks) {
    const { group, labels: kinds } = catalogue[task.loss];
    const names = [...labelNames(task), ...(task.mask === undefined ? [] : [task.mask])];
    names.forEach((name, index) => {
      const array = train.arrays.get(name);
      if (!array) return;
      const carry = carryLabel(kinds[index] ?? 'mask', array, size);
      const isMirrored = flip > 0 && (task.loss.startsWith('normals') || group === 'Keypoints');
      if (!carry || isMirrored) throw cannotFollow(file, task.name, name);
      labels.set(name, carry);
    });
  }
  return { ...augment, rows, labels };
}

function carryLabel(kind: string, array: NamedArray, size: readonly number[]): CarryLabel | null {
  const shape = array.shape.slice(1);
  if (kind === 'boxes') return movesAsBoxes;
  if (kind === 'keypoints') return movesAsPoints;
  if (shape.length < 2 || kind === 'classes' || kind === 'crowd') return staysAsItIs;
  const isImage = (rows: number) => {
    const [height = 1, width = 1] = shape.slice(rows, rows + 2);
    return height > 4 && height * (size[1] ?? 1) === width * (size[0] ?? 1);
  };
  const rows = [0, 1].find((axis) => shape.length >= axis + 2 && isImage(axis));
  if (rows === undefined) return null;
  return movesAsMap(rows, array.dtype.startsWith('float') ? 'linear' : 'nearest');
}

/** Channels come first where the first axis is too short to be rows. */
function rowsAxis([first = 1, , last = 1]: readonly number[]): 0 | 1 {
  return first <= 4 && last > 4 ? 1 : 0;
}

function cannotFollow(file: string, task: string, labels: string): InputError {
  return new InputError({
    file,
    place: `task "${task}", labels "${labels}"`,
    problem: 'they cannot follow the pictures when these are moved.',
    advice: 'Leave augment (or its flip) out of recover.',
  });
}

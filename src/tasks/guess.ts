import type { NamedArray } from '../calibration/calibration';
import { sampleOf } from './arrays';
import { guessDetector } from './guess-detector';
import { guessLoss, type Guess } from './guess-loss';
import type { TaskSpec } from './task';

export interface OutputShape {
  readonly name: string;
  /** Shape of one sample (batch excluded), in the source's axis order. */
  readonly sampleShape: readonly number[];
}

/**
 * A task for each output: labels are matched by name, then by shape and range, each array to one output; an output
 * that no array fits is compared with the unpruned model (`agreement`). The heads of a detector make a task for
 * each component of its loss.
 *
 * @param arrays the label arrays (the input left out)
 */
export function guessTasks(outputs: readonly OutputShape[], arrays: Iterable<NamedArray>): TaskSpec[] {
  const all = [...arrays];
  const detector = guessDetector(outputs, all);
  const rest = outputs.filter((output) => !detector?.outputs.includes(output));
  const left = all.filter((array) => !detector?.arrays.includes(array));
  return [...(detector?.tasks ?? []), ...guessEach(rest, left)];
}

function guessEach(outputs: readonly OutputShape[], arrays: readonly NamedArray[]): TaskSpec[] {
  const fits = arrays.flatMap((array, order) =>
    outputs.flatMap((output) => {
      const guess = guessLoss(output, array);
      return guess ? [{ output, array, guess, likeness: likeness(output.name, array.name), order }] : [];
    }),
  );
  fits.sort((a, b) => b.likeness - a.likeness || a.order - b.order);
  const labels = new Map<string, (typeof fits)[number]>();
  const taken = new Set<NamedArray>();
  for (const fit of fits) {
    if (labels.has(fit.output.name) || taken.has(fit.array)) continue;
    labels.set(fit.output.name, fit);
    taken.add(fit.array);
  }
  const positions = arrays.find((array) => !taken.has(array) && /^pos|valid|^mask/i.test(array.name));
  return outputs.map(({ name }): TaskSpec => {
    const fit = labels.get(name);
    if (!fit) return { name, loss: 'agreement', output: name };
    return { name, output: name, labels: fit.array.name, ...atPositions(fit.guess, fit.array, positions) };
  });
}

/** Regression targets that exist only at some positions, as sizes and offsets of objects do. */
function atPositions(guess: Guess, array: NamedArray, positions: NamedArray | undefined): Guess {
  const places = positions && sampleOf(positions).filter((length) => length > 1);
  const rows = sampleOf(array).filter((length) => length > 1);
  const covers = [rows.slice(0, -1), rows.slice(1)].some((shape) => shape.join() === places?.join());
  if (guess.loss !== 'mse' || !positions || !covers || rows.length < 3) return guess;
  return { loss: 'l1', mask: positions.name, reduction: 'sum' };
}

/** 2: the same name; 1: one contains the other; 0: nothing alike. */
function likeness(output: string, array: string): number {
  const [a, b] = [output.toLowerCase(), array.toLowerCase()];
  if (a === b) return 2;
  return a.includes(b) || b.includes(a) ? 1 : 0;
}

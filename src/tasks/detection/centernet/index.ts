import type { Tensor } from '@tensorflow/tfjs-core';
import { requireOutputs, taskError, type Binding } from '../../arrays';
import { absoluteError, centernetFocal } from '../../elementwise/losses';
import { hitTargets, weightedLoss, type Hit } from '../../elementwise/reduce-tensors';
import { given } from '../../gradient-tensors';
import { imageSize, type ImageSize } from '../../image-size';
import type { SampleLoss, TaskKind, Values } from '../../kind';
import { averagePrecision } from '../average-precision';
import { headStart, readHead, type Head } from '../head';
import { boxPicture } from '../picture';
import { groundTruth, objectsOf, type TrueBox, type Truth } from '../truth';
import { decodeCentres } from './decode';
import { centreOf, drawHeat } from './targets';

export type Component = 'heat' | 'size' | 'offset';

const components: readonly Component[] = ['heat', 'size', 'offset'];

/** The heads that are there; boxes can be found with all three. */
export interface CentreHeads {
  readonly heat: Head | null;
  readonly size: Head | null;
  readonly offset: Head | null;
  /** Cells, or pixels of the input. */
  readonly sizesInPixels: boolean;
}

/**
 * A component of CenterNet's loss (Zhou et al., "Objects as Points", arXiv 1904.07850): `heat` eq. 1, with the released
 * code's Gaussians; `offset` eq. 2; `size` eq. 3; each over the sample's number of objects. It reads its own head, or all
 * three (heat, size, offset), with which it can also find boxes. Heat and sizes are raw outputs: heat as logits.
 */
export function centernetTask(component: Component) {
  return (binding: Binding): TaskKind => {
    const image = imageSize(binding);
    const heads = readHeads(binding, image, component);
    const truth = groundTruth(binding, heads.heat?.values ?? Infinity);
    const own = binding.outputs.length === 1 ? 0 : components.indexOf(component);
    const detect = detector(heads);
    return {
      description: `CenterNet's ${component}${heads.heat ? ` over ${heads.heat.values} classes` : ''}`,
      ...componentLoss(heads, component, truth, own),
      metric: detect && averagePrecision(binding.spec.metric ?? 'mAP@.5', truth, detect),
      draw: (sample, outputs) => boxPicture(image, detect ? detect(outputs) : [], truth(sample)),
    };
  };
}

function detector(heads: CentreHeads) {
  const { heat, size, offset } = heads;
  if (!heat || !size || !offset) return null;
  return (outputs: readonly Values[]) => decodeCentres({ ...heads, heat, size, offset }, outputs);
}

function readHeads(binding: Binding, image: ImageSize, component: Component): CentreHeads {
  const { spec, outputs } = binding;
  const given = outputs.length === 1 ? [component] : components;
  const used = outputs.length === 1 ? outputs : requireOutputs(binding, 3);
  const headOf = (name: Component): Head | null => {
    const output = used[given.indexOf(name)];
    return output ? readHead(binding, output, image, 1, name === 'heat' ? null : 2) : null;
  };
  const heads = { heat: headOf('heat'), size: headOf('size'), offset: headOf('offset') };
  const grids = Object.values(heads).filter((head) => head !== null);
  if (grids.some(({ width, height }) => width !== grids[0]?.width || height !== grids[0].height)) {
    throw taskError(
      binding,
      '',
      'its outputs are grids of different sizes.',
      'Name heat, size and offset of one scale, in this order.',
    );
  }
  return { ...heads, sizesInPixels: spec.sizeUnit === 'pixels' };
}

/** A component's loss in numbers and on the device. */
type Losses = Pick<TaskKind, 'loss' | 'device'>;

function componentLoss(heads: CentreHeads, component: Component, truth: Truth, own: number): Losses {
  const head = heads[component];
  if (!head) throw new Error(`The ${component} head was asked for.`);
  return component === 'heat' ? heatLoss(head, truth, own) : placeLoss(heads, head, component, truth, own);
}

function heatLoss(head: Head, truth: Truth, own: number): Losses {
  const cells = head.width * head.height;
  const targetsOf = (objects: readonly TrueBox[]) => {
    const heat = drawHeat(head, objects);
    const targets = new Float64Array(heat.length);
    heat.forEach((target, at) => {
      targets[headStart(head, 0, at % cells) + Math.floor(at / cells) * head.valueStep] = target;
    });
    return targets;
  };
  const loss: SampleLoss = (sample, outputs, slopes) => {
    const output = outputs[own] ?? nothing;
    const gradient = slopes?.[own];
    const objects = objectsOf(truth, sample);
    const count = Math.max(objects.length, 1);
    let sum = 0;
    for (const [at, target] of targetsOf(objects).entries()) {
      const value = output[at] ?? NaN;
      sum += centernetFocal.value(value, target);
      if (gradient) gradient[at] = (gradient[at] ?? 0) + centernetFocal.slope(value, target) / count;
    }
    return sum / count;
  };
  const layersOf = (sample: number) => {
    const objects = objectsOf(truth, sample);
    const weights = Float32Array.of(1 / Math.max(objects.length, 1));
    return [{ targets: Float32Array.from(targetsOf(objects)), weights }];
  };
  const read = (outputs: readonly Tensor[]) => given(outputs, own);
  return { loss, device: weightedLoss(head.values * cells, layersOf, centernetFocal.tensors, read) };
}

function placeLoss(
  { sizesInPixels }: CentreHeads,
  head: Head,
  component: 'size' | 'offset',
  truth: Truth,
  own: number,
): Losses {
  const [scaleX, scaleY] = sizesInPixels ? [head.strideX, head.strideY] : [1, 1];
  const hitsOf = (objects: readonly TrueBox[]): readonly Hit[] =>
    objects.flatMap(({ box }) => {
      const centre = centreOf(head, box);
      const targets =
        component === 'size'
          ? [centre.width * scaleX, centre.height * scaleY]
          : [centre.x - centre.column, centre.y - centre.row];
      const start = headStart(head, 0, centre.cell);
      return targets.map((target, axis) => ({ at: start + axis * head.valueStep, target }));
    });
  const loss: SampleLoss = (sample, outputs, slopes) => {
    const output = outputs[own] ?? nothing;
    const gradient = slopes?.[own];
    const objects = objectsOf(truth, sample);
    const count = Math.max(objects.length, 1);
    let sum = 0;
    for (const { at, target } of hitsOf(objects)) {
      const error = (output[at] ?? NaN) - target;
      sum += Math.abs(error);
      if (gradient) gradient[at] = (gradient[at] ?? 0) + Math.sign(error) / count;
    }
    return sum / count;
  };
  const elements = head.values * head.width * head.height;
  const layersOf = (sample: number) => {
    const objects = objectsOf(truth, sample);
    return hitTargets(elements, hitsOf(objects), 1 / Math.max(objects.length, 1));
  };
  const read = (outputs: readonly Tensor[]) => given(outputs, own);
  return { loss, device: weightedLoss(elements, layersOf, absoluteError.tensors, read) };
}

const nothing: Values = new Float32Array();

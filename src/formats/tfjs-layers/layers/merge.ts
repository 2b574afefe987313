import type { ValueId } from '../../../graph/graph';
import type { BinaryKind } from '../../../graph/nodes';
import { broken } from '../../tfjs/json';
import type { Convert, LayerContext } from './context';

/** As tfjs does: inputs of lower rank get axes of length 1 after the batch axis. */
function sameRank(layer: LayerContext): ValueId[] {
  const rank = Math.max(...layer.inputs.map((input) => layer.builder.shape(input).length));
  return layer.inputs.map((input, index) => {
    const [batch = null, ...rest] = layer.builder.shape(input);
    const missing = rank - 1 - rest.length;
    if (missing === 0) return input;
    const shape = [batch, ...Array<number>(missing).fill(1), ...rest];
    return layer.add({ op: 'reshape', inputs: [input] }, { part: `input_${index}`, shape });
  });
}

/** Combines the inputs two by two, from the first. */
function fold(layer: LayerContext, kind: BinaryKind, lastPart?: string): ValueId {
  const [first, ...rest] = sameRank(layer);
  if (first === undefined || rest.length === 0) {
    throw broken(layer.file, `layer "${layer.name}"`, 'it merges fewer than two inputs.');
  }
  return rest.reduce((merged, input, index) => {
    const part = index === rest.length - 1 ? lastPart : `merge_${index}`;
    return layer.add({ op: 'binary', kind, inputs: [merged, input] }, part ? { part } : {});
  }, first);
}

const average: Convert = (layer) => {
  const sum = fold(layer, 'add', 'sum');
  const count = layer.constant('share', 1 / layer.inputs.length);
  return layer.add({ op: 'binary', kind: 'mul', inputs: [sum, count] });
};

const concatenate: Convert = (layer) => {
  const axis = layer.config.number('axis', -1);
  const rank = layer.shape.length;
  return layer.add({ op: 'concat', axis: axis < 0 ? axis + rank : axis, inputs: layer.inputs });
};

export const mergeLayers: Readonly<Record<string, Convert>> = {
  Add: (layer) => fold(layer, 'add'),
  Subtract: (layer) => fold(layer, 'sub'),
  Multiply: (layer) => fold(layer, 'mul'),
  Maximum: (layer) => fold(layer, 'max'),
  Minimum: (layer) => fold(layer, 'min'),
  Average: average,
  Concatenate: concatenate,
};

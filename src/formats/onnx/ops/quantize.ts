import type { ValueId } from '../../../graph/graph';
import type { BinaryKind } from '../../../graph/nodes';
import type { OpContext, OpTable } from '../context';
import { home } from '../layout';
import type { Tensor } from '../values';
import { unsupported } from '../../constants/constant';
import { DataType, isFloat, typeName } from '../../constants/element-types';

/** [lowest, highest] of the types that activations are quantised to. */
const RANGES: Partial<Record<number, readonly [number, number]>> = {
  [DataType.INT8]: [-128, 127],
  [DataType.UINT8]: [0, 255],
  [DataType.INT16]: [-32768, 32767],
  [DataType.UINT16]: [0, 65535],
};

/** saturate(round(x / scale) + zero point) */
function quantize(context: OpContext): Tensor {
  const value = context.real(0);
  const { scale, zero, type } = quantization(context);
  const range = RANGES[type] ?? unsupported(`it quantises to ${typeName(type)}`);
  const perm = home(value);
  const scaled = by(context, 'div', context.arranged(value, perm), scale);
  const rounded = context.add({ op: 'unary', fn: { kind: 'round' }, inputs: [scaled] });
  const shifted = zero === 0 ? rounded : by(context, 'add', rounded, zero);
  const fn = { kind: 'clip', min: range[0], max: range[1] } as const;
  return context.result(context.add({ op: 'unary', fn, inputs: [shifted] }), perm, 0, type);
}

/** (x − zero point) · scale */
function dequantize(context: OpContext): Tensor {
  const value = context.activation(0);
  if (isFloat(value.type) || !(value.type in RANGES)) unsupported(`it reads ${typeName(value.type)} numbers`);
  const { scale, zero } = quantization(context);
  const perm = home(value);
  const x = context.arranged(value, perm);
  const centred = zero === 0 ? x : by(context, 'sub', x, zero);
  return context.result(by(context, 'mul', centred, scale), perm);
}

function by(context: OpContext, kind: BinaryKind, x: ValueId, number: number): ValueId {
  return context.add({ op: 'binary', kind, inputs: [x, context.scalar(number)] });
}

function quantization(context: OpContext): { scale: number; zero: number; type: number } {
  const [scale, zero] = [context.constant(1), context.optionalConstant(2)];
  if (scale.data.length !== 1) unsupported('its scale differs by channel');
  const type = zero?.type ?? context.attributes.int('output_dtype', DataType.UINT8);
  return { scale: scale.data[0] ?? 1, zero: zero?.data[0] ?? 0, type };
}

export const quantization8: OpTable = { QuantizeLinear: quantize, DequantizeLinear: dequantize };

import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataLocation as Location } from 'onnx-buf';
import type { NamedBytes } from '../../util/files';
import { decodeModel } from '../onnx/proto';
import type { StateTensor, TensorKind } from './tensor';
import { DataType } from '../constants/element-types';

const types: Partial<Record<TensorKind, number>> = {
  F32: DataType.FLOAT,
  F16: DataType.FLOAT16,
  BF16: DataType.BFLOAT16,
  F64: DataType.DOUBLE,
};

/** The ONNX model with other numbers in its initializers, each of the type and shape that it had. */
export function withWeights(model: NamedBytes, weights: ReadonlyMap<string, StateTensor>): NamedBytes {
  const { proto, graph } = decodeModel(model);
  for (const tensor of graph.initializer) {
    const weight = weights.get(tensor.name);
    if (!weight || types[weight.kind] !== tensor.dataType) continue;
    if (weight.shape.join() !== tensor.dims.join()) continue;
    tensor.rawData = weight.bytes.slice();
    Object.assign(tensor, { floatData: [], int32Data: [], doubleData: [], externalData: [] });
    tensor.dataLocation = Location.DEFAULT;
  }
  return { name: model.name, bytes: toBinary(ModelProtoSchema, proto) };
}

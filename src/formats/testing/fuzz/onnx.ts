import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as Location,
} from 'onnx-buf';
import { goldenBytes } from '../../../testing/golden';
import type { NamedBytes } from '../../../util/files';
import { architectures } from '../../onnx/testing/architectures';
import { damagedModel } from '../../onnx/testing/damage';
import { branching, calling } from '../../onnx/testing/inlined';
import { patterns } from '../../onnx/testing/patterns';
import { tinyModel } from '../../onnx/testing/tiny';
import { pick } from '../damage';
import type { Fuzzer } from '.';

/** Networks of all kinds; now and then their weights are said to lie in another file, or outside of the folder. */
export function onnx(): Fuzzer {
  const models = [...Object.values(patterns), ...Object.values(architectures), branching, calling];
  const whole = [...models.map(tinyModel), goldenBytes('vggmulti', 'model.onnx')];
  return (next) => {
    const bytes = damagedModel(pick(whole, next), next);
    return next() < 0.1 ? withOutsideWeights(bytes, next) : [{ name: 'damaged.onnx', bytes }];
  };
}

const LOCATIONS = [
  'weights.data',
  './weights.data',
  '../weights.data',
  '/etc/passwd',
  'C:\\weights',
  '',
  '__proto__',
];
const OFFSETS = ['0', '4', '-1', '1e9', '99999999999999999999', 'x', ''];

function withOutsideWeights(bytes: Uint8Array, next: () => number): readonly NamedBytes[] {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    for (const tensor of model.graph?.initializer ?? []) {
      if (next() < 0.5) continue;
      tensor.dataLocation = Location.EXTERNAL;
      const entries = {
        location: pick(LOCATIONS, next),
        offset: pick(OFFSETS, next),
        length: pick(OFFSETS, next),
      };
      tensor.externalData = Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      );
    }
    return [
      { name: 'damaged.onnx', bytes: toBinary(ModelProtoSchema, model) },
      { name: 'weights.data', bytes: new Uint8Array(4096) },
    ];
  } catch {
    // Damaged beyond reading: that is a case too.
    return [{ name: 'damaged.onnx', bytes }];
  }
}

import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import type { Graph, Param, Shape, ValueId } from '../../src/graph/graph';
import type { GraphNode } from '../../src/graph/nodes';
import { transposed } from './transposed';

/**
 * A demo's network as PyTorch would export it: opset 17, NCHW, batch norm kept, the batch size free. Knows only the
 * operators of the demos.
 *
 * @param name of the graph
 * @throws Error for any other operator
 */
export function encodeOnnx(graph: Graph, name: string): Uint8Array {
  return new Encoder(graph).encode(name);
}

class Encoder {
  readonly #graph: Graph;
  readonly #initializers = new Map<string, TensorProto>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  encode(name: string): Uint8Array {
    const node = this.#graph.nodes.map((each) => this.#node(each));
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'pagcp-studio',
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name,
        node,
        initializer: [...this.#initializers.values()],
        input: this.#graph.inputs.map(({ name, shape }) => valueInfo(name, channelsFirst(shape))),
        output: this.#graph.outputs.map(({ name, value }) =>
          valueInfo(name, channelsFirst(this.#shape(value))),
        ),
      },
    });
    return toBinary(ModelProtoSchema, model);
  }

  #node(node: GraphNode): NodeProto {
    const output = [node.output];
    const name = `/${node.source}`;
    const [x = '', kernel = '', bias = ''] = node.inputs;
    switch (node.op) {
      case 'conv2d':
      case 'convTranspose2d': {
        const opType = node.op === 'conv2d' ? 'Conv' : 'ConvTranspose';
        const [height = 1, width = 1] = this.#shape(kernel).map((dim) => dim ?? 1);
        const weights = [this.#param(kernel, [3, 2, 0, 1]), ...(bias ? [this.#param(bias, [0])] : [])];
        const attribute = [
          ints('dilations', node.dilations),
          int('group', node.groups),
          ints('kernel_shape', [height, width]),
          ints('pads', node.pads),
          ints('strides', node.strides),
        ];
        return create(NodeProtoSchema, { opType, name, input: [x, ...weights], output, attribute });
      }
      case 'batchNorm': {
        const input = [x, ...node.inputs.slice(1).map((id) => this.#param(id, [0]))];
        const attribute = [float('epsilon', node.epsilon), float('momentum', 0.95)];
        return create(NodeProtoSchema, { opType: 'BatchNormalization', name, input, output, attribute });
      }
      case 'dense': {
        const input = [x, this.#denseKernel(x, kernel), this.#param(bias, [0])];
        const attribute = [float('alpha', 1), float('beta', 1), int('transB', 1)];
        return create(NodeProtoSchema, { opType: 'Gemm', name, input, output, attribute });
      }
      case 'reshape':
        return create(NodeProtoSchema, {
          opType: 'Flatten',
          name,
          input: [x],
          output,
          attribute: [int('axis', 1)],
        });
      case 'concat':
        return create(NodeProtoSchema, {
          opType: 'Concat',
          name,
          input: [...node.inputs],
          output,
          attribute: [int('axis', 1)],
        });
      case 'resize': {
        const scales = this.#initializer(`${node.source}.scales`, [4], Float32Array.of(1, 1, ...node.scales));
        const attribute = [
          text('coordinate_transformation_mode', node.coordinates),
          text('mode', node.mode),
          text('nearest_mode', node.nearestMode),
        ];
        return create(NodeProtoSchema, { opType: 'Resize', name, input: [x, '', scales], output, attribute });
      }
      case 'unary': {
        const opType = { relu: 'Relu', sigmoid: 'Sigmoid' }[plainUnary(node)];
        return create(NodeProtoSchema, { opType, name, input: [x], output });
      }
      case 'binary':
        if (node.kind === 'add' || node.kind === 'mul') {
          const opType = node.kind === 'add' ? 'Add' : 'Mul';
          return create(NodeProtoSchema, { opType, name, input: [...node.inputs], output });
        }
        break;
      default:
    }
    throw unknown(node);
  }

  /** Gemm's [O,I]; where the input is a flattened map, its rows are put from H,W,C into C,H,W order. */
  #denseKernel(x: ValueId, kernel: ValueId): string {
    const flatten = this.#graph.nodes.find((node) => node.output === x && node.op === 'reshape');
    const map = flatten && this.#shape(flatten.inputs[0]).slice(1);
    if (!map) return this.#param(kernel, [1, 0]);
    const [height = 1, width = 1, channels = 1] = map.map((dim) => dim ?? 1);
    const { name, data, shape } = this.#paramOf(kernel);
    const outputs = shape[1] ?? 1;
    const ordered = transposed(data, [height, width, channels, outputs], [3, 2, 0, 1]);
    return this.#initializer(name, [outputs, channels * height * width], ordered);
  }

  #param(id: ValueId, order: readonly number[]): string {
    const { name, data, shape } = this.#paramOf(id);
    const dims = order.map((axis) => shape[axis] ?? 1);
    return this.#initializer(name, dims, transposed(data, shape, order));
  }

  #initializer(name: string, dims: readonly number[], data: Float32Array): string {
    const tensor = create(TensorProtoSchema, {
      name,
      dims: dims.map(BigInt),
      dataType: DataType.FLOAT,
      rawData: new Uint8Array(data.slice().buffer),
    });
    this.#initializers.set(name, tensor);
    return name;
  }

  #paramOf(id: ValueId): Param {
    const param = this.#graph.params.get(id);
    if (!param) throw new Error(`${id} is not a param.`);
    return param;
  }

  #shape(id: ValueId): Shape {
    return this.#graph.values.get(id)?.shape ?? this.#paramOf(id).shape;
  }
}

function channelsFirst(shape: Shape): Shape {
  if (shape.length !== 4) return shape;
  const [batch = null, height = 1, width = 1, channels = 1] = shape;
  return [batch, channels, height, width];
}

function valueInfo(name: string, shape: Shape): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      size === null
        ? { case: 'dimParam' as const, value: 'n' }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DataType.FLOAT, shape: { dim } } } },
  });
}

function int(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}

function ints(name: string, values: readonly number[]): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: values.map(BigInt) });
}

function float(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value });
}

function text(name: string, value: string): AttributeProto {
  return create(AttributeProtoSchema, {
    name,
    type: AttributeType.STRING,
    s: new TextEncoder().encode(value),
  });
}

function plainUnary(node: Extract<GraphNode, { op: 'unary' }>): 'relu' | 'sigmoid' {
  const { kind } = node.fn;
  if (kind === 'relu' || kind === 'sigmoid') return kind;
  throw unknown(node);
}

const unknown = (node: GraphNode): Error =>
  new Error(`The demos' encoder does not know ${node.op} (${node.source}).`);

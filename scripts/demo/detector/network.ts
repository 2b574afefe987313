import type { Graph, ValueId } from '../../../src/graph/graph';
import { Layers } from '../layers';
import { canvas, classes } from './scenes';

/** Outputs of the network: CenterNet's three, and a class per pixel (0 = background). */
export const outputs = ['heat', 'size', 'offset', 'segments'] as const;

/** So that the heat map starts at a probability of .1 (Lin et al. 2017, RetinaNet, section 4.1). */
const heatBias = -2.19;

/** Channels of the neck and inside the heads. */
export interface DetectorWidths {
  readonly neck: number;
  readonly heat: number;
  /** Of the size head, and of the offset head. */
  readonly place: number;
  /** What the segmentation head takes from the neck. */
  readonly details: number;
  readonly segments: number;
}

/** Enough to learn the tasks well. */
export const slender: DetectorWidths = { neck: 24, heat: 24, place: 12, details: 12, segments: 12 };
/** More than that, so that there is something to prune. */
export const generous: DetectorWidths = { neck: 36, heat: 36, place: 20, details: 20, segments: 24 };

/**
 * A depthwise-separable trunk, mostly of inverted residuals (MobileNetV2), to stride 8; a neck that joins strides 4 and
 * 8; CenterNet's heads at stride 4; and a segmentation head that takes the stem's details back in.
 */
export function detectorNetwork(seed: number, widths: DetectorWidths): Graph {
  const layers = new Layers('detector', seed);
  const x = layers.input('x', [canvas, canvas, 1]);
  const half = layers.convNormRelu('stem', x, 12, 3, 2);
  const filtered = layers.depthwise('block1', half, 2, '1');
  let quarter = layers.convNormRelu('block1', filtered, 24, 1, 1, '2');
  quarter = invertedResidual(layers, 'block2', quarter, 24, 72, 1);
  quarter = invertedResidual(layers, 'block3', quarter, 24, 72, 1);
  let eighth = invertedResidual(layers, 'block4', quarter, 48, 96, 2);
  eighth = invertedResidual(layers, 'block5', eighth, 48, 144, 1);
  eighth = invertedResidual(layers, 'block6', eighth, 48, 144, 1);

  const lateral = layers.convNormRelu('neck.lateral', eighth, 24, 1);
  const joined = layers.concat('neck.concat', [quarter, layers.upsample('neck.up', lateral, 2)]);
  const neck = layers.convNormRelu('neck.fuse', joined, widths.neck, 3);

  layers.output('heat', head(layers, 'heat', neck, widths.heat, classes, heatBias));
  layers.output('size', head(layers, 'size', neck, widths.place, 2, 0));
  layers.output('offset', head(layers, 'offset', neck, widths.place, 2, 0));

  const narrow = layers.convNormRelu('segments_head.narrow', neck, widths.details, 1);
  const fine = layers.concat('segments_head.concat', [half, layers.upsample('segments_head.up', narrow, 2)]);
  const mixed = layers.convNormRelu('segments_head', fine, widths.segments, 3);
  layers.output('segments', layers.convTranspose('segments_head.out', mixed, classes + 1, 0, 'segments'));
  return layers.build();
}

/** Values inside the blocks, the neck and the heads, whose channels are dropped while training. */
export function detectorInnerValues(graph: Graph): ValueId[] {
  const inner = /^block\d\.relu2$|^neck\..*relu$|_head(\.narrow)?\.relu$/;
  return graph.nodes.filter(({ source }) => inner.test(source)).map(({ output }) => output);
}

/** Sandler et al. 2018: expand, filter each channel, project; with a shortcut where the shape stays. */
function invertedResidual(
  layers: Layers,
  name: string,
  x: ValueId,
  width: number,
  inner: number,
  stride: number,
): ValueId {
  const expanded = layers.convNormRelu(name, x, inner, 1, 1, '1');
  const filtered = layers.depthwise(name, expanded, stride, '2');
  const y = layers.convNorm(name, filtered, width, 1, 1, '3');
  return stride === 1 && layers.channels(x) === width ? layers.add(`${name}.add`, x, y) : y;
}

function head(layers: Layers, name: string, x: ValueId, inner: number, width: number, bias: number): ValueId {
  const hidden = layers.convNormRelu(`${name}_head`, x, inner, 3);
  return layers.conv(`${name}_head.out`, hidden, width, 1, bias, name);
}

import type { Pair, ResizeNode } from '../../../graph/nodes';
import type { OpContext, OpReader, OpTable } from '../context';

type Sampling = Pick<ResizeNode, 'mode' | 'coordinates' | 'nearestMode'>;

/** TensorFlow's conventions by the names of ONNX. */
function sampling({ attributes }: OpContext, mode: ResizeNode['mode']): Sampling {
  if (attributes.bool('align_corners'))
    return { mode, coordinates: 'align_corners', nearestMode: 'round_prefer_ceil' };
  // ⌊(i + ½)·ratio⌋ for the nearest pixel is the rounded half-pixel position.
  if (attributes.bool('half_pixel_centers'))
    return { mode, coordinates: 'half_pixel', nearestMode: 'round_prefer_ceil' };
  return { mode, coordinates: 'asymmetric', nearestMode: 'floor' };
}

function resize(mode: ResizeNode['mode']): OpReader {
  return (context) => {
    const value = context.real(0);
    const [height = 0, width = 0] = context.numbers(1);
    const size: Pair = [height, width];
    const scales: Pair = [height / context.size(value, 1), width / context.size(value, 2)];
    const inputs = [value.id] as const;
    return context.result(context.add({ op: 'resize', inputs, size, scales, ...sampling(context, mode) }));
  };
}

export const resizing: OpTable = {
  ResizeBilinear: resize('linear'),
  ResizeNearestNeighbor: resize('nearest'),
};

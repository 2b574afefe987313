import type { Dice, OperatorCase } from '../../src/formats/onnx/testing/random-operators';
import { merged, opsets, shapeOf, single, type Makers } from './shared';

const modes = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_crop_and_resize',
  'half_pixel_symmetric',
];

function resize(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = [2, 2, dice.int(2, 6), dice.int(2, 6)];
  const opset = opsets(dice, 10);
  const mode = dice.pick(['nearest', 'linear', ...(opset >= 11 ? ['cubic'] : [])]);
  if (opset === 10) {
    const scales = dice.numbers([1, 1, dice.pick([0.5, 1.5, 2, 3]), dice.pick([0.5, 2, 2.5])]);
    return { opset, shape, nodes: [['Resize', ['x', scales], ['y'], { mode }]] };
  }
  const known = mode === 'linear' ? modes : modes.filter((one) => one !== 'tf_crop_and_resize');
  const coordinates = dice.pick(known.filter((one) => opset >= 19 || one !== 'half_pixel_symmetric'));
  const useSizes = dice.bool();
  const roi =
    coordinates === 'tf_crop_and_resize'
      ? dice.numbers([0, 0, 0.1, 0.2, 1, 1, 0.8, 1.3])
      : dice.bool(0.5) || opset < 13
        ? dice.numbers([])
        : '';
  const scales = [1, 1, dice.pick([0.5, 0.7, 1.5, 2, 3]), dice.pick([0.5, 0.6, 2, 2.5])];
  const sizes = [...shape.slice(0, 2), dice.int(1, 9), dice.int(1, 9)];
  const inputs = useSizes
    ? ['x', roi, opset < 13 ? dice.numbers([]) : '', dice.whole(sizes)]
    : ['x', roi, dice.numbers(scales)];
  return {
    opset,
    shape,
    nodes: [
      [
        'Resize',
        inputs,
        ['y'],
        {
          mode,
          ...(dice.bool(0.8) || coordinates === 'tf_crop_and_resize'
            ? { coordinate_transformation_mode: coordinates }
            : {}),
          ...(mode === 'nearest' && dice.bool(0.7)
            ? { nearest_mode: dice.pick(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']) }
            : {}),
          ...(mode === 'cubic' ? dice.some({ cubic_coeff_a: { float: -0.5 }, exclude_outside: 1 }) : {}),
          ...(opset >= 18 && mode !== 'nearest' && dice.bool(0.3) ? { antialias: 1 } : {}),
          ...(coordinates === 'tf_crop_and_resize' ? dice.some({ extrapolation_value: { float: 0.7 } }) : {}),
        },
      ],
    ],
  };
}

function pad(dice: Dice): Omit<OperatorCase, 'op'> {
  const shape = shapeOf(dice, 2, 4);
  const opset = opsets(dice);
  const mode = dice.pick(['constant', 'constant', 'reflect', 'edge', ...(opset >= 19 ? ['wrap'] : [])]);
  const least = mode === 'constant' || mode === 'edge' ? 2 : 0;
  const side = () =>
    shape.map((n, axis) =>
      axis === 0
        ? 0
        : Math.min(
            dice.int(mode === 'constant' ? -1 : 0, 2),
            mode === 'constant' ? 2 : Math.max(n - 1, Math.min(least, n - 1)),
          ),
    );
  const pads = [...side(), ...side()];
  if (opset < 11)
    return {
      opset,
      shape,
      nodes: [['Pad', ['x'], ['y'], { pads, mode, ...dice.some({ value: { float: 0.3 } }) }]],
    };
  const value = mode === 'constant' && dice.bool() ? [dice.numbers([0.4], [])] : [];
  if (opset >= 18 && dice.bool(0.4)) {
    const axes = dice.shuffled(shape.length).slice(0, 2);
    const some = [
      ...axes.map((axis) => pads[axis] ?? 0),
      ...axes.map((axis) => pads[axis + shape.length] ?? 0),
    ];
    return {
      opset,
      shape,
      nodes: [['Pad', ['x', dice.whole(some), value[0] ?? '', dice.whole(axes)], ['y'], { mode }]],
    };
  }
  return { opset, shape, nodes: [['Pad', ['x', dice.whole(pads), ...value], ['y'], { mode }]] };
}

export const resampling: Makers = merged([
  single('Resize', resize),
  single('Upsample', (dice) => {
    const opset = opsets(dice, 7, 9);
    const scales = [1, 1, dice.pick([1.5, 2, 3]), dice.pick([2, 2.5])];
    const mode = dice.pick(['nearest', 'linear']);
    const shape = [2, 2, dice.int(2, 5), dice.int(2, 5)];
    return opset < 9
      ? { opset, shape, nodes: [['Upsample', ['x'], ['y'], { mode, scales: { floats: scales } }]] }
      : { opset, shape, nodes: [['Upsample', ['x', dice.numbers(scales)], ['y'], { mode }]] };
  }),
  single('Pad', pad),
]);

export interface Demo {
  /** For links. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly files: readonly string[];
  /** A run of it, to be looked at before anything runs; null where there is none. */
  readonly recording: string | null;
}

/** The gallery; the first opens with the page. */
export const demos: readonly [Demo, ...Demo[]] = [
  {
    id: 'multimnist',
    title: 'Two digits (ONNX)',
    text: 'MultiMNIST: one residual trunk, two heads; each digit is a task.',
    files: ['demo/multimnist.onnx', 'demo/calibration.npz', 'demo/recipe.json'],
    recording: 'demo/recording.json',
  },
  {
    id: 'multimnist-tfjs',
    title: 'Two digits (TensorFlow.js)',
    text: 'The same network as a LayersModel: model.json and its weights.',
    files: ['demo/multimnist-tfjs/model.json', 'demo/multimnist-tfjs/weights.bin', 'demo/calibration.npz'],
    recording: null,
  },
  {
    id: 'detector',
    title: 'Digit detector',
    text: 'Digits of several sizes: where they are, which, and their pixels. A depthwise trunk, CenterNet heads, a segmentation head.',
    files: filesOf('detector'),
    recording: 'demo/detector/recording.json',
  },
  {
    id: 'rooms',
    title: 'Rooms',
    text: 'Rendered rooms: classes, depth, surface normals and edges from one encoder, with a decoder in which tasks help each other.',
    files: filesOf('rooms'),
    recording: 'demo/rooms/recording.json',
  },
];

function filesOf(name: string): readonly string[] {
  return [`${name}.onnx`, 'calibration.npz', 'recipe.json'].map((file) => `demo/${name}/${file}`);
}

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readCalibration, writeNpz } from '../src/calibration';
import { png } from '../src/images/testing/pictures';
import { readModel } from '../src/formats';
import { floats, tinyModel } from '../src/formats/onnx/testing/tiny';
import { graphMacs, graphParams } from '../src/graph/cost';
import type { Report } from '../src/pruning/report';
import { goldenBytes } from '../src/testing/golden';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prune-'));
const inFolder = (name: string) => join(folder, name);

const recipe = {
  model: 'model.onnx',
  calibration: { file: 'calibration.npz', input: 'x', scale: 1 / 255, limit: 32 },
  tasks: [
    { name: 'left', loss: 'cross-entropy', output: 'left', labels: 'left' },
    { name: 'right', loss: 'cross-entropy', output: 'right', labels: 'right' },
  ],
  method: { name: 'pagcp', delta: 0.2, alpha: 5, ratios: [0.1, 0.3] },
};

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line on `recipe` with some of its parts replaced. */
function prune(changes: object = {}, args: readonly string[] = ['--out', inFolder('out')]): Promise<Ended> {
  writeFileSync(inFolder('recipe.json'), JSON.stringify({ ...recipe, ...changes }));
  return run([inFolder('recipe.json'), ...args]);
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const command = ['--import', 'tsx', 'cli/prune.ts', ...args];
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Bad input: status 2, nothing on stdout but progress, and this one line on stderr. */
async function expectRefused(ended: Promise<Ended>, sentence: string) {
  const { status, stderr } = await ended;
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(sentence)]);
  expect(status).toBe(2);
}

beforeEach(() => {
  rmSync(inFolder('out'), { recursive: true, force: true });
  writeFileSync(inFolder('model.onnx'), goldenBytes('vggmulti', 'model.onnx'));
  writeFileSync(inFolder('calibration.npz'), goldenBytes('vggmulti', 'calibration.npz'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a run', () => {
  it('leaves the pruned model, the report, the recipe and the trials', async () => {
    const { status, stdout, stderr } = await prune();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('6/6 ');
    expect(readdirSync(inFolder('out')).sort()).toEqual([
      'model.onnx',
      'recipe.json',
      'report.json',
      'trials.csv',
    ]);

    const report = JSON.parse(readFileSync(inFolder('out/report.json'), 'utf8')) as Report;
    expect(report.work.backend).toBe('wasm');
    expect(report.final.macs).toBeLessThan(report.original.macs);
    const { graph } = readModel([
      { name: 'model.onnx', bytes: new Uint8Array(readFileSync(inFolder('out/model.onnx'))) },
    ]);
    expect(graphMacs(graph)).toBe(report.final.macs);
    expect(graphParams(graph)).toBe(report.final.params);
    const trials = report.steps.flatMap((step) => step.trials);
    expect(readFileSync(inFolder('out/trials.csv'), 'utf8').trimEnd().split('\r\n')).toHaveLength(
      1 + trials.length,
    );
  });

  it('is repeated to the bit from the recipe it leaves, quietly', async () => {
    await prune();
    const again = await run([inFolder('out/recipe.json'), '--out', inFolder('again'), '--quiet']);
    expect(again).toEqual({ status: 0, stdout: '', stderr: '' });
    const bytes = (path: string) => readFileSync(inFolder(path));
    expect(bytes('again/model.onnx').equals(bytes('out/model.onnx'))).toBe(true);
    expect(bytes('again/trials.csv').equals(bytes('out/trials.csv'))).toBe(true);
  });
});

it('gives a model of open size that of the calibration set', async () => {
  const open = tinyModel({
    inputs: { x: ['n', 3, 'h', 'w'] },
    outputs: ['y'],
    weights: [floats('w', [6, 3, 3, 3]), floats('head', [2, 6, 1, 1])],
    nodes: [
      ['Conv', ['x', 'w'], ['a']],
      ['Relu', ['a'], ['r']],
      ['Conv', ['r', 'head'], ['y']],
    ],
  });
  writeFileSync(inFolder('model.onnx'), open);
  const data = Uint8Array.from({ length: 4 * 12 * 20 * 3 }, (_, i) => (i * 37) % 251);
  writeFileSync(
    inFolder('calibration.npz'),
    writeNpz([{ name: 'x', dtype: 'uint8', shape: [4, 12, 20, 3], data }]),
  );
  const { status, stderr } = await prune({
    tasks: [{ name: 'y', loss: 'agreement', output: 'y' }],
    method: { name: 'pagcp', delta: 1, lambda: 1, ratios: [0.2] },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const report = JSON.parse(readFileSync(inFolder('out/report.json'), 'utf8')) as Report;
  expect(report.original.macs).toBe(10 * 18 * (3 * 9 * 6 + 6 * 2));
});

describe('a folder of pictures', () => {
  const pictures = {
    file: 'pictures',
    input: 'image',
    scale: 1 / 255,
    subset: { count: 24, seed: 3, balance: 'left' },
  };

  /** The golden set's first images as PNGs, with a table of their labels. */
  function writePictures(): void {
    const { arrays } = readCalibration([
      { name: 'calibration.npz', bytes: goldenBytes('vggmulti', 'calibration.npz') },
    ]);
    const of = (name: string) => arrays.get(name)?.data ?? new Uint8Array();
    mkdirSync(inFolder('pictures'), { recursive: true });
    const lines = Array.from({ length: 40 }, (_, i) => {
      const pixels = [...of('x').subarray(i * 36 * 36, (i + 1) * 36 * 36)];
      writeFileSync(inFolder(`pictures/${i}.png`), png(`${i}.png`, 36, 36, pixels).bytes);
      return `${i}.png,${of('left')[i] ?? ''},${of('right')[i] ?? ''}`;
    });
    writeFileSync(inFolder('pictures/labels.csv'), ['file,left,right', ...lines].join('\n'));
  }

  it('calibrates as an archive of arrays does, and again from the recipe that is left', async () => {
    writePictures();
    const { status, stderr } = await prune({ calibration: pictures });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const bytes = (path: string) => readFileSync(inFolder(path));
    const again = await run([inFolder('out/recipe.json'), '--out', inFolder('again'), '--quiet']);
    expect(again).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(bytes('again/model.onnx').equals(bytes('out/model.onnx'))).toBe(true);
    // The first picture is the archive's first sample.
    const losses = async (calibration: object) => {
      await prune({ calibration });
      return (JSON.parse(readFileSync(inFolder('out/report.json'), 'utf8')) as Report).original.losses;
    };
    const first = { ...pictures, subset: undefined, limit: 1 };
    expect(await losses(first)).toEqual(await losses({ ...recipe.calibration, limit: 1 }));
  });

  it('names the record that cannot be used', async () => {
    writePictures();
    const labels = readFileSync(inFolder('pictures/labels.csv'), 'utf8');
    writeFileSync(inFolder('pictures/labels.csv'), `${labels}\n3.png,1`);
    await expectRefused(
      prune({ calibration: pictures }),
      'pictures/labels.csv, line 42: it has 2 columns instead of 3.',
    );
    writeFileSync(inFolder('pictures/labels.csv'), labels);
    writeFileSync(inFolder('pictures/0.png'), readFileSync(inFolder('pictures/0.png')).subarray(0, 50));
    const all = { ...pictures, subset: undefined };
    await expectRefused(prune({ calibration: all }), 'pictures/0.png: the picture cannot be decoded (');
  });
});

describe('recovery', () => {
  it('leaves the recovered model, and says in the report what was won back', async () => {
    const recover = { methods: ['least-squares', 'fine-tune'], epochs: 1, batchSize: 8, validation: 0.25 };
    const rounds = { count: 2, deltaSlope: 0.1 };
    const { status, stdout, stderr } = await prune({ recover, rounds });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('There is no training set');
    expect(stdout).toContain('round 2 of at most 2');

    const report = JSON.parse(readFileSync(inFolder('out/report.json'), 'utf8')) as Report;
    expect(report.rounds).toHaveLength(2);
    expect(report.recovery?.methods.map(({ method }) => method)).toEqual(['least-squares', 'fine-tune']);
    expect(report.final).toEqual(report.rounds?.[1]?.final);
    const [written, before] = ['out/model.onnx', 'model.onnx'].map((path) =>
      readModel([{ name: 'model.onnx', bytes: new Uint8Array(readFileSync(inFolder(path))) }]),
    );
    expect(written && graphMacs(written.graph)).toBe(report.final.macs);
    const bias = (model = written) =>
      [...(model?.graph.params.values() ?? [])].find(({ name }) => name.endsWith('bias'))?.data;
    expect(bias()).not.toEqual(bias(before));
    const copy: unknown = JSON.parse(readFileSync(inFolder('out/recipe.json'), 'utf8'));
    expect(copy).toMatchObject({ recover: { epochs: 1, batchSize: 8 }, rounds });
  });

  it('refuses methods that there are not, and training sets that do not fit', async () => {
    await expectRefused(
      prune({ recover: { methods: ['magic'] } }),
      'recipe.json, recover.methods[0]: "magic" is not known.',
    );
    await expectRefused(
      prune({ recover: { methods: ['fine-tune'], train: 'none.npz' } }),
      'none.npz" does not exist.',
    );
  });
});

describe('bad input', () => {
  it('an argument or a file that is not there', async () => {
    await expectRefused(
      run([]),
      'prune: the recipe is missing. Usage: npm run prune -- recipe.json --out DIR',
    );
    await expectRefused(run([inFolder('none.json'), '--out', 'x']), 'none.json" does not exist.');
    await expectRefused(prune({ model: 'none.onnx' }), 'recipe.json, model: "');
    const calibration = { ...recipe.calibration, file: 'none.npz' };
    await expectRefused(prune({ calibration }), 'recipe.json, calibration.file: "');
  });

  it('a recipe that is no JSON, or asks for what there is not', async () => {
    writeFileSync(inFolder('broken.json'), '{ "model": ');
    await expectRefused(
      run([inFolder('broken.json'), '--out', 'x']),
      'broken.json, line 1 column 12: it is not valid JSON.',
    );
    const tasks = [{ ...recipe.tasks[0], loss: 'mes' }];
    await expectRefused(
      prune({ tasks }),
      'recipe.json, tasks[0].loss: "mes" is not known. Use one of "cross-entropy"',
    );
    const method = { name: 'pagcp', delta: 2, alpha: 1 };
    await expectRefused(prune({ method }), 'recipe.json, method: alpha 1 is less than delta 2');
  });

  it('a model that is cut short', async () => {
    writeFileSync(inFolder('model.onnx'), goldenBytes('vggmulti', 'model.onnx').subarray(0, 100_000));
    await expectRefused(prune(), 'model.onnx');
  });

  it('labels out of range', async () => {
    const { arrays } = readCalibration([
      { name: 'calibration.npz', bytes: goldenBytes('vggmulti', 'calibration.npz') },
    ]);
    const x = arrays.get('x');
    const left = {
      name: 'left',
      dtype: 'uint8',
      shape: [256],
      data: new Uint8Array(256).fill(10, 7, 8),
    } as const;
    if (!x) throw new Error('The golden calibration set has no images.');
    writeFileSync(inFolder('calibration.npz'), writeNpz([x, left, { ...left, name: 'right' }]));
    await expectRefused(
      prune(),
      'calibration.npz, task "left", labels "left": sample 7 (counted from 0) has label 10, but the output "left" has 10 classes (0 to 9).',
    );
  });

  it('a folder for the results that holds the original', async () => {
    await expectRefused(prune({}, ['--out', folder]), 'the original model lies there and would be replaced.');
  });
});

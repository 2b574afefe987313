import '../cli/quiet-console';
import { parseArgs } from 'node:util';
import { startWasm } from '../src/engine/testing/wasm';
import { onnxFormat } from '../src/formats/onnx';
import { random } from '../src/formats/onnx/testing/agreement';
import { Dice, operatorModel } from '../src/formats/onnx/testing/random-operators';
import { tinyModel } from '../src/formats/onnx/testing/tiny';
import { InputError } from '../src/util/errors';
import { worstOf } from './conformance/difference';
import { computedOutputs, runGraph, runOnnx } from './conformance/onnx-run';
import { kernels } from './operators/kernels';
import { arithmetic } from './operators/arithmetic';
import { movement } from './operators/movement';
import { resampling } from './operators/resampling';
import { print } from './table';

/**
 * Operators with random attributes, shapes and operator sets, against ONNX Runtime:
 *
 *     npx tsx bench/operators.ts [operator …] [--count 50] [--seed 1]
 *
 * Exit status 1 when one computes something else.
 */
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
});

const TOLERANCE = 1e-4;

await startWasm();
for (const [op, make] of Object.entries({ ...kernels, ...arithmetic, ...movement, ...resampling })) {
  if (positionals.length > 0 && !positionals.includes(op)) continue;
  const counts = { agree: 0, unsupported: 0, refused: 0, wrong: 0 };
  const reasons = new Map<string, string>();
  for (let round = 0; round < Number(flags.count); round++) {
    const dice = new Dice(seeded(round));
    const { shape, opset, nodes } = make(dice);
    const bytes = tinyModel(operatorModel({ op, shape, opset, nodes }, dice));
    const { status, reason } = await outcome(bytes, shape, dice.next);
    counts[status]++;
    if (status !== 'agree' && !reasons.has(status + reason.slice(0, 60)))
      reasons.set(
        status + reason.slice(0, 60),
        `  ${status}: round ${round}, opset ${opset}, [${shape.join()}], ${JSON.stringify(nodes)}: ${reason}`,
      );
  }
  const sums = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  print(`${op}: ${sums.join(', ')}`);
  for (const [key, line] of reasons) if (key.startsWith('wrong') || positionals.length > 0) print(line);
  if (counts.wrong > 0) process.exitCode = 1;
}

function seeded(round: number): () => number {
  const next = random(Number(flags.seed) * 1_000_003 + round);
  for (let i = 0; i < 3; i++) next();
  return next;
}

interface Outcome {
  readonly status: 'agree' | 'unsupported' | 'refused' | 'wrong';
  readonly reason: string;
}

/** `refused` is what ONNX Runtime itself does not run. */
async function outcome(bytes: Uint8Array, shape: readonly number[], next: () => number): Promise<Outcome> {
  const length = shape.reduce((product, size) => product * size, 1);
  const inputs = [{ name: 'x', shape, data: Float32Array.from({ length }, () => 2 * next() - 1) }];
  const files = [{ name: 'one.onnx', bytes }];
  const wanted = await runOnnx(files, [{ name: 'y', value: 'y' }], inputs).catch((error: unknown) =>
    String(error),
  );
  if (typeof wanted === 'string') return { status: 'refused', reason: wanted };
  try {
    const { graph, notes } = onnxFormat.read(files);
    const outputs = computedOutputs(graph);
    if (notes.length > 0 || outputs.length === 0) return { status: 'unsupported', reason: notes.join(' ') };
    const found = runGraph(graph, outputs, inputs);
    const same = found[0]?.shape.join() === wanted[0]?.shape.join();
    const { error } = worstOf(found, wanted);
    if (same && error <= TOLERANCE) return { status: 'agree', reason: '' };
    return {
      status: 'wrong',
      reason: same
        ? `differs by ${error}`
        : `[${found[0]?.shape.join() ?? ''}] instead of [${wanted[0]?.shape.join() ?? ''}]`,
    };
  } catch (error) {
    return { status: error instanceof InputError ? 'unsupported' : 'wrong', reason: String(error) };
  }
}

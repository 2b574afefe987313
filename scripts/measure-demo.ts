/**
 * Measures ONNX models of the demo on the 10,000 test pairs and on the calibration set:
 *
 *     npx tsx scripts/measure-demo.ts public/demo/multimnist.onnx OUT/multimnist.onnx
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { startWasm } from '../src/engine/testing/wasm';
import { readModel } from '../src/formats';
import { graphMacs, graphParams } from '../src/graph/cost';
import { measure } from './demo/accuracy';
import { calibrationPairs, testPairs } from './demo/data';

await startWasm();
for (const path of process.argv.slice(2)) {
  const { graph } = readModel([{ name: basename(path), bytes: readFileSync(path) }]);
  const size = `${(graphMacs(graph) / 1e6).toFixed(2)} M MACs, ${(graphParams(graph) / 1e3).toFixed(1)} k params`;
  console.log(`${path}: ${size}`);
  for (const [name, pairs] of [
    ['test', testPairs()],
    ['calibration', calibrationPairs()],
  ] as const)
    for (const [task, { accuracy, loss }] of Object.entries(measure(graph, pairs)))
      console.log(`  ${name}, ${task}: accuracy ${(accuracy * 100).toFixed(2)} %, loss ${loss.toFixed(4)}`);
}

import type { Graph } from '../../src/graph/graph';
import { openRecovery, recover, type RecoverSettings } from '../../src/recovery';
import { defaultRecover } from '../../src/recovery/settings';
import { fineTune } from '../../src/recovery/fine-tune';
import type { Network } from '../../src/recovery/network';
import { halvesFile, halvesGraph, halvesParts } from '../../src/recovery/testing/halves';
import { finish } from '../../src/recovery/testing/nets';

/** Losses by task, of the unpruned network, the pruned one, and after each method. */
export type RecoveredLosses = readonly (readonly [stage: string, losses: Readonly<Record<string, number>>])[];

const settings: RecoverSettings = {
  ...defaultRecover,
  methods: ['least-squares', 'batch-norm', 'scale-bias', 'fine-tune'],
  fineTune: {
    ...defaultRecover.fineTune,
    ...{ epochs: 1, batchSize: 16, learningRate: 0.05, validation: 0.2 },
    distill: { outputs: 1, temperature: 2, features: 0.1 },
  },
};

/** A small network that does its two tasks, trained on the current backend. */
export async function trainHalves(): Promise<Graph> {
  const graph = halvesGraph();
  const { reference, tuning } = await openRecovery(await halvesParts(graph, halvesFile(320, 1)), settings);
  if (!tuning) throw new Error('Nothing is trained.');
  const longer = { ...settings.fineTune, epochs: 6, learningRate: 0.1 };
  const plain = { ...longer, distill: { outputs: 0, temperature: 2, features: 0 } };
  const { result } = await finish(fineTune(reference, { graph, keep: new Map() }, tuning, plain));
  return result.network.graph;
}

/** Takes channels from a trained network and applies every method of recovery in turn: five steps are trained. */
export async function recoverHalves(graph: Graph): Promise<RecoveredLosses> {
  const session = await openRecovery(await halvesParts(graph, halvesFile(100, 2)), settings);
  const pruned: Network = {
    graph,
    keep: new Map([
      ['first.weight', [0, 1, 2, 4, 6]],
      ['second.weight', [1, 3, 4, 7]],
    ]),
  };
  const { result } = await finish(recover(session, pruned, settings));
  const { report } = result;
  return [
    ['unpruned', report.original.losses],
    ['pruned', report.pruned.losses],
    ...report.methods.map(({ method, figures }) => [method, figures.losses] as const),
  ];
}

import { prunedName, runFiles, textFile, zipFiles } from '../src/export';
import type { KeepLists } from '../src/graph/channel-types';
import type { RunEvent } from '../src/pruning/events';
import { keepListsAfter, keepListsWithout } from '../src/pruning/keep-lists';
import { writeRecipe } from '../src/pruning/recipe-write';
import { advanceRun, emptyRun, type RunState } from '../src/pruning/run-state';
import type { CommitRecovery } from '../src/pruning/commit-recovery';
import type { Graph } from '../src/graph/graph';
import type { Network } from '../src/recovery';
import type { Session } from '../src/session';
import type { NamedBytes } from '../src/util/files';
import type { RunSetup } from './api';

/** What a run has left so far, as files: complete once it is done, what was committed when it was stopped. */
export class RunResult {
  readonly #session: Session;
  readonly #setup: RunSetup;
  #state: RunState = emptyRun;
  #graph: Graph;
  /** The networks as they were recovered after each commit, by what they keep. They share all that did not change. */
  readonly #recovered = new Map<string, Graph>();

  constructor(session: Session, setup: RunSetup) {
    this.#session = session;
    this.#setup = setup;
    this.#graph = session.graph;
  }

  /** Recovery that remembers what it gives. */
  watch(recovery: CommitRecovery): CommitRecovery {
    return {
      ...recovery,
      recover: async (graph, keep, group) => {
        const recovered = await recovery.recover(graph, keep, group);
        this.#graph = recovered.graph;
        this.#recovered.set(keyOf(keep), this.#graph);
        return recovered;
      },
    };
  }

  /** Does again what a recorded run did to the numbers; tells after each commit how many of them are done. */
  async repeat(recovery: CommitRecovery, told: (done: number, total: number) => void): Promise<void> {
    const watched = this.watch(recovery);
    const { channels, graph } = this.#session;
    const reports = this.#state.steps.flatMap(({ report }) => report ?? []);
    const filtered = this.#state.filtered.length > 0;
    const total = reports.filter(({ committed }) => committed).length + (filtered ? 1 : 0);
    let done = 0;
    for (const [index, { group, committed }] of reports.entries()) {
      if (!committed) continue;
      await watched.recover(this.#graph, keepListsAfter(channels, reports.slice(0, index + 1)), group);
      told((done += 1), total);
    }
    if (!filtered) return;
    await watched.recover(graph, this.keep(), null);
    told(total, total);
  }

  /** The graph that a network of this run is sliced from: with the numbers it was recovered with. */
  graphOf(keep: KeepLists): Graph {
    return this.#recovered.get(keyOf(keep)) ?? (keep.size === 0 ? this.#session.graph : this.#graph);
  }

  take(event: RunEvent): void {
    this.#state = advanceRun(this.#state, event);
  }

  /** The pruned model in the format of the original, named after it. */
  modelFiles(): readonly NamedBytes[] {
    const { file } = this.#session.artifact;
    const files = this.#session.write(this.keep(), this.network().graph);
    const base = file.slice(file.lastIndexOf('/') + 1);
    const dot = base.lastIndexOf('.');
    // A model of several files keeps their names: they refer to each other.
    return files.length > 1
      ? files
      : files.map(({ bytes }) => ({ name: prunedName(file) + base.slice(dot), bytes }));
  }

  /** Model, recipe, and once the run is done report and trials. */
  zip(): readonly NamedBytes[] {
    const model = this.modelFiles();
    const recipe = { ...this.#setup, model: this.#session.artifact.file };
    const { report } = this.#state;
    const files = report
      ? runFiles({ model, report, recipe })
      : [...model, textFile('recipe.json', writeRecipe(recipe))];
    return [{ name: `${prunedName(this.#session.artifact.file)}.zip`, bytes: zipFiles(files) }];
  }

  /** The network as it is now. */
  network(): Network {
    const keep = this.keep();
    return { graph: this.graphOf(keep), keep };
  }

  /** What the network keeps: of the whole run, or as far as it went. */
  keep(): KeepLists {
    const { channels } = this.#session;
    const { report, steps } = this.#state;
    if (report) return keepListsWithout(channels, report.removed);
    return keepListsAfter(
      channels,
      steps.flatMap((step) => step.report ?? []),
    );
  }
}

const keyOf = (keep: KeepLists) => JSON.stringify([...keep].sort(([a], [b]) => (a < b ? -1 : 1)));

import golden from '../../src/testing/golden/resmulti/run-corrected-d0.5-a40-k1.json';
import type { CalibrationSpec } from '../../src/calibration/calibration';
import type { TaskLosses } from '../../src/engine/oracle';
import type { RunEvent } from '../../src/pruning/events';
import type { PagcpSettings } from '../../src/pruning/recipe';
import type { ModelFigures, Report, ReportGroup, StepReport } from '../../src/pruning/report';
import type { TaskSpec } from '../../src/tasks/task';
import type { RunSetup } from '../../workers/api';
import type { StudioState } from '../state/studio';
import { fixtureModel, kernel, price } from './fixture-model';

/** A real run's decisions (a residual trunk with two heads) as the events and the state the page would have. */
export const fixtureTasks: readonly TaskSpec[] = ['left', 'right'].map((name) => ({
  name,
  loss: 'cross-entropy',
  output: name,
  labels: name,
}));

export const fixtureMethod: PagcpSettings = {
  name: 'pagcp',
  mode: 'corrected',
  delta: golden.delta,
  alpha: golden.alpha,
  topK: golden.topk,
  saliency: 'l1',
  ratios: Array.from({ length: 19 }, (_, i) => (i + 1) * 0.05),
  probeRatio: 0.3,
  search: 'linear',
};

export const fixtureCalibration: CalibrationSpec = {
  file: 'calibration.npz',
  input: 'x',
  layout: 'NHWC',
  scale: 1 / 255,
  mean: [0],
  std: [1],
  limit: 512,
};

const setup: RunSetup = {
  calibration: fixtureCalibration,
  tasks: fixtureTasks,
  method: fixtureMethod,
  exclude: [],
};

const groups: readonly ReportGroup[] = fixtureModel.groups.map(
  ({ id, size, producers, consumers, frozen }) => ({
    id,
    size,
    producers: producers.map(({ name }) => name),
    consumers: consumers.map(({ name }) => name),
    frozen,
  }),
);

const original: ModelFigures = {
  macs: golden.original.macs,
  params: golden.original.params,
  losses: golden.base,
  metrics: { left: 0.926, right: 0.941 },
};

interface Progress {
  readonly events: readonly RunEvent[];
  readonly steps: readonly StepReport[];
  readonly kept: Readonly<Record<string, number>>;
  readonly base: TaskLosses;
  readonly losses: TaskLosses;
}

export const fixtureEvents: readonly RunEvent[] = build();

function build(): readonly RunEvent[] {
  const order = golden.order.map(kernel);
  const start: Progress = {
    events: [
      {
        kind: 'run-started',
        settings: fixtureMethod,
        lambda: golden.lam,
        delta: golden.delta,
        alpha: golden.alpha,
        tasks: ['left', 'right'],
        groups,
        original,
      },
      {
        kind: 'order-found',
        order,
        gains: Object.fromEntries(golden.groups.map(({ root, gain }) => [kernel(root), gain])),
      },
    ],
    steps: [],
    kept: {},
    base: golden.base,
    losses: golden.base,
  };
  const end = golden.steps.reduce(addStep, start);
  return [
    ...end.events,
    { kind: 'filter-applied', entered: Object.keys(end.kept), filtered: [], scores: {} },
    { kind: 'run-finished', report: report(end), kept: end.kept },
  ];
}

type GoldenStep = (typeof golden.steps)[number];

function addStep(run: Progress, step: GoldenStep): Progress {
  const index = run.steps.length;
  const group = kernel(step.group);
  const sizeBefore = groups.find(({ id }) => id === group)?.size ?? 0;
  const trials = step.trials.map(({ ratio, removed, rel }): RunEvent & { kind: 'trial-measured' } => ({
    kind: 'trial-measured',
    step: index,
    trial: { ratio, removed, drops: rel, bound: 'exact' },
    losses: Object.fromEntries(
      Object.entries(rel).map(([task, rise]) => [task, (run.base[task] ?? 0) * (1 + rise)]),
    ),
    violatedBy: worst(rel, step.threshold),
    macs: price({ ...run.kept, [group]: sizeBefore - removed }).macs,
    remembered: false,
  }));
  const commits = step.removed.length > 0;
  const kept = commits ? { ...run.kept, [group]: sizeBefore - step.removed.length } : run.kept;
  const stepReport: StepReport = {
    group,
    threshold: step.threshold,
    sizeBefore,
    trials: trials.map(({ trial }) => trial),
    committed: commits ? { ratio: step.ratio, removed: step.removed } : null,
    stoppedBy: step.stopped_by,
    macsSaved: price(run.kept).macs - price(kept).macs,
    lossRise: step.loss_rise ?? 0,
  };
  const losses: TaskLosses = step.losses ?? run.losses;
  const base = Object.fromEntries(
    Object.entries(run.base).map(([task, loss]) => [task, Math.max(loss, losses[task] ?? loss)]),
  );
  const { macs, params } = price(kept);
  return {
    events: [
      ...run.events,
      { kind: 'step-began', step: index, group, threshold: step.threshold, sizeBefore, base: run.base },
      ...trials,
      { kind: 'step-ended', step: index, report: stepReport, losses, macs, params, kept },
    ],
    steps: [...run.steps, stepReport],
    kept,
    base,
    losses,
  };
}

function worst(drops: TaskLosses, threshold: number): string | null {
  const [task, drop] = Object.entries(drops).reduce((a, b) => (b[1] > a[1] ? b : a));
  return drop > threshold ? task : null;
}

function report(run: Progress): Report {
  return {
    version: 1,
    lambda: golden.lam,
    delta: golden.delta,
    alpha: golden.alpha,
    order: golden.order.map(kernel),
    groups,
    baseline: golden.base,
    steps: run.steps,
    filtered: [],
    original,
    final: { ...golden.final, metrics: { left: 0.852, right: 0.871 } },
    removed: Object.fromEntries(Object.entries(golden.final_removed).map(([id, list]) => [kernel(id), list])),
    check: ['left', 'right'].map((task) => ({ task, relativeLoss: 3.9, bound: 40, within: true })),
    work: {
      evaluations: golden.evaluations,
      macs: 1e12,
      naiveMacs: 3e12,
      seconds: golden.seconds,
      backend: 'wasm',
    },
  };
}

/** The studio with the first `count` events of the run (all of them unless told otherwise). */
export function fixtureState(count = fixtureEvents.length): Partial<StudioState> {
  return {
    model: fixtureModel,
    tasks: fixtureTasks,
    spec: setup.calibration,
    method: fixtureMethod,
    run: {
      number: 1,
      status: count < fixtureEvents.length ? 'running' : 'done',
      problem: null,
      events: fixtureEvents.slice(0, count),
      cursor: null,
      setup,
      elapsed: 72_789,
    },
  };
}

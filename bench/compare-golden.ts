import type { Report, StepReport, TrialReport } from '../src/pruning/report';
import type { GoldenRun } from '../src/testing/golden';

/** Largest difference of a relative rise (absolute) or a loss (relative) that still counts as agreement. */
const tolerance = 1e-3;

export interface Comparison {
  readonly aspect: string;
  /** How much was compared, and how much of it agrees. */
  readonly agree: number;
  readonly of: number;
  /** The first that differs, or the largest difference. */
  readonly remark: string;
}

/** Holds a report against an independent run's decisions. Groups there are modules; their kernels are `<module>.weight`. */
export function compareGolden(report: Report, golden: GoldenRun): Comparison[] {
  return [
    close('λ', [['', report.lambda, golden.lam]], 1e-9),
    close('baseline', losses('', report.baseline, golden.base), tolerance),
    same(
      'groups',
      golden.groups.map((group): Pair => {
        const ours = report.groups.find(({ id }) => id === kernel(group.root));
        const theirs = [group.size, group.producers.map(kernel).sort(), group.consumers.map(kernel).sort()];
        return [
          group.root,
          ours && [ours.size, [...ours.producers].sort(), [...ours.consumers].sort()],
          theirs,
        ];
      }),
    ),
    same('order', [['', report.order, golden.order.map(kernel)]]),
    ...compareTrials(report.steps, golden),
    same(
      'commits',
      golden.steps.map(({ group, ratio, removed }, step): Pair => {
        const ours = report.steps[step]?.committed;
        return [group, ours ? [ours.ratio, ours.removed] : [0, []], [ratio, removed]];
      }),
    ),
    same(
      'stopped by',
      golden.steps.map(({ group, stopped_by }, step) => [group, report.steps[step]?.stoppedBy, stopped_by]),
    ),
    close(
      'loss rises',
      golden.steps.flatMap(({ group, loss_rise }, step): Numbers[] =>
        loss_rise === undefined ? [] : [[group, report.steps[step]?.lossRise ?? NaN, loss_rise]],
      ),
      tolerance,
    ),
    same(
      'MACs saved',
      golden.steps.flatMap(({ group, macs_saved }, step): Pair[] =>
        macs_saved === undefined ? [] : [[group, report.steps[step]?.macsSaved, macs_saved]],
      ),
    ),
    same('final channels', finalChannels(report, golden)),
    same('final cost', [
      ['macs', report.final.macs, golden.final.macs],
      ['params', report.final.params, golden.final.params],
      ['macs before', report.original.macs, golden.original.macs],
      ['params before', report.original.params, golden.original.params],
    ]),
    close('final losses', losses('', report.final.losses, golden.final.losses), tolerance),
  ];
}

const kernel = (module: string): string => `${module}.weight`;

function compareTrials(steps: readonly StepReport[], golden: GoldenRun): Comparison[] {
  const pairs = golden.steps.flatMap((step, index) =>
    step.trials.map((trial, t) => ({
      name: `${step.group} ${trial.ratio}`,
      trial,
      ours: steps[index]?.trials[t],
    })),
  );
  const ours = (trial: TrialReport | undefined) => trial && [trial.ratio, trial.removed];
  return [
    same('trials tried', [
      ...pairs.map(({ name, trial, ours: own }): Pair => [name, ours(own), [trial.ratio, trial.removed]]),
      ['in all', steps.map(({ trials }) => trials.length), golden.steps.map(({ trials }) => trials.length)],
    ]),
    close(
      'trial drops',
      pairs.flatMap(({ name, trial, ours: own }) => losses(name, own?.drops ?? {}, trial.rel)),
      tolerance,
    ),
  ];
}

function finalChannels({ removed }: Report, { final_removed }: GoldenRun): Pair[] {
  const roots = new Set([...Object.keys(removed), ...Object.keys(final_removed).map(kernel)]);
  const theirs = new Map(Object.entries(final_removed).map(([root, channels]) => [kernel(root), channels]));
  return [...roots].map((root) => [root, removed[root] ?? [], theirs.get(root) ?? []]);
}

type Pair = readonly [name: string, ours: unknown, theirs: unknown];
type Numbers = readonly [name: string, ours: number, theirs: number];

function losses(
  name: string,
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): Numbers[] {
  return Object.entries(theirs).map(([task, value]) => [`${name} ${task}`.trim(), ours[task] ?? NaN, value]);
}

function same(aspect: string, pairs: readonly Pair[]): Comparison {
  const wrong = pairs.filter(([, ours, theirs]) => JSON.stringify(ours) !== JSON.stringify(theirs));
  const [first] = wrong;
  const remark = first ? `${first[0]}: ${JSON.stringify(first[1])} not ${JSON.stringify(first[2])}` : '';
  return { aspect, agree: pairs.length - wrong.length, of: pairs.length, remark };
}

/** Differences are relative where the numbers are larger than 1. */
function close(aspect: string, numbers: readonly Numbers[], within: number): Comparison {
  const differences = numbers.map(([name, ours, theirs]) => {
    const difference = Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs));
    return { name, ours, theirs, difference: Number.isNaN(difference) ? Infinity : difference };
  });
  const wrong = differences.filter(({ difference }) => difference > within);
  const [first] = wrong;
  const largest = Math.max(...differences.map(({ difference }) => difference));
  const remark = first
    ? `${first.name}: ${first.ours} not ${first.theirs}`
    : `largest difference ${largest.toExponential(1)}`;
  return { aspect, agree: numbers.length - wrong.length, of: numbers.length, remark };
}

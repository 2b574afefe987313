import { analyseChannels } from '../src/graph/channels';
import { costModel } from '../src/graph/cost';
import { predictRun } from '../src/pruning/predict';
import { defaultSettings } from '../src/pruning/recipe-defaults';
import { distinctCandidates } from '../src/pruning/candidates';
import type { SensitivityProfile } from '../src/pruning/profile';
import { ladder } from './networks';
import { median } from './statistics';
import { aim } from './table';

/** The milliseconds that a predicted path takes for a model of 60 groups. */
export function benchPrediction(repetitions: number) {
  const graph = ladder(60, 64, 8);
  const channels = analyseChannels(graph);
  const { groups } = channels;
  const points = groups.map((group) => [
    group.id,
    distinctCandidates(defaultSettings.ratios, group.size).map(({ ratio, removed }) => ({
      ratio,
      removed,
      drops: { left: ratio / 8, right: ratio / 6 },
    })),
  ]);
  const profile: SensitivityProfile = {
    baseline: { left: 1, right: 2 },
    points: Object.fromEntries(points) as SensitivityProfile['points'],
  };
  const tasks = [
    { name: 'left', weight: 1 },
    { name: 'right', weight: 1 },
  ];
  const cost = costModel(graph, channels);
  const milliseconds = Array.from({ length: repetitions }, (_, index) => {
    const begun = performance.now();
    const settings = { ...defaultSettings, delta: 0.05, alpha: 2 + index / repetitions };
    predictRun({ profile, groups, cost, tasks, settings });
    return performance.now() - begun;
  });
  const prunable = groups.filter(({ frozen }) => frozen === null).length;
  aim(`prediction for ${prunable} groups, ms`, median(milliseconds), { atMost: 20 });
  return { groups: prunable, median: median(milliseconds) };
}

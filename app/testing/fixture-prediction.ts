import { predictRun, type Prediction } from '../../src/pruning/predict';
import type { SensitivityProfile } from '../../src/pruning/profile';
import { fixtureMethod } from './fixture';
import { fixtureModel } from './fixture-model';
import golden from '../../src/testing/golden/resmulti/run-corrected-d0.5-a40-k1.json';

/** A made-up sensitivity: drops grow with the square of the ratio, differently for each layer and task. */
export const fixtureProfile: SensitivityProfile = {
  baseline: golden.base,
  points: Object.fromEntries(
    fixtureModel.groups
      .filter(({ frozen }) => frozen === null)
      .map(({ id, size }, index) => [
        id,
        fixtureMethod.ratios.map((ratio) => ({
          ratio,
          removed: Math.min(Math.floor(ratio * size), size - 1),
          drops: { left: (2 + (index % 4)) * ratio ** 2, right: (1 + (index % 5)) * ratio ** 2 },
        })),
      ]),
  ),
};

export const fixturePrediction: Prediction = predictRun({
  profile: fixtureProfile,
  groups: fixtureModel.groups,
  cost: fixtureModel.cost,
  tasks: [
    { name: 'left', weight: 1 },
    { name: 'right', weight: 1 },
  ],
  settings: fixtureMethod,
});

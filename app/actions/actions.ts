import { compareWithShown, stopComparing } from '../state/compare';
import { measureProfile, moveCursor, pauseRun, resetRun, runOrResume, stepRun, stopRun } from '../state/run';
import {
  canHalve,
  canRecover,
  halve,
  isRecovering,
  pauseRecovery,
  recover,
  stopRecovery,
} from '../state/recovery';
import { letGo, selection } from '../state/selection';
import { currentSetup, hasResult, studio, type StudioState } from '../state/studio';
import { neighbouringStep } from '../state/steps';
import { copyLink } from '../state/share';
import { showNeighbouringView, ui } from '../state/ui';
import { downloadFromWorker, saveRun } from '../state/downloads';

/** What a person can do, once: the toolbar, the shortcuts and the help share this list. */
export interface Action {
  readonly id: string;
  readonly label: string;
  /** One sentence for the tooltip and the help. */
  readonly hint: string;
  /** As KeyboardEvent.key, with `Shift+` before it; several are alternatives. */
  readonly keys: readonly string[];
  /** Whether it can be done now. */
  readonly enabled: (state: StudioState) => boolean;
  readonly perform: () => void | Promise<void>;
}

const ready = (state: StudioState) =>
  currentSetup(state) !== null && state.problems.length === 0 && !state.busy;
const status = (state: StudioState) => state.run.status;
const idle = (state: StudioState) => ready(state) && status(state) !== 'running' && !isRecovering(state);
const underWay = (state: StudioState) => status(state) === 'running' || status(state) === 'paused';
const hasRun = (state: StudioState) => state.run.events.length > 0;

function pinTask(index: number): void {
  const task = studio.getState().tasks[index]?.name ?? null;
  selection.setState((state) => ({ task: state.task === task ? null : task }));
}

function moveBySteps(by: -1 | 1): void {
  const { run } = studio.getState();
  moveCursor(neighbouringStep(run.events, run.cursor ?? run.events.length, by));
}

export const actions = {
  run: {
    id: 'run',
    label: 'Run',
    hint: 'Prune layer by layer, from the first to the last, or go on with a paused run.',
    keys: [' '],
    enabled: (state) => idle(state) && state.backend !== null,
    perform: runOrResume,
  },
  pause: {
    id: 'pause',
    label: 'Pause',
    hint: 'Hold before the next evaluation.',
    keys: [' '],
    enabled: (state) => status(state) === 'running',
    perform: pauseRun,
  },
  stepTrial: {
    id: 'stepTrial',
    label: 'Step',
    hint: 'Evaluate one more ratio, then pause.',
    keys: ['.'],
    enabled: (state) => idle(state) && state.backend !== null,
    perform: () => stepRun('trial'),
  },
  stepLayer: {
    id: 'stepLayer',
    label: 'Next layer',
    hint: 'Finish the current layer, then pause.',
    keys: ['Shift+ArrowRight'],
    enabled: (state) => idle(state) && state.backend !== null,
    perform: () => stepRun('layer'),
  },
  stop: {
    id: 'stop',
    label: 'Stop',
    hint: 'End the run within one evaluation; what was pruned so far can be downloaded.',
    keys: ['Shift+S'],
    enabled: underWay,
    perform: stopRun,
  },
  reset: {
    id: 'reset',
    label: 'Reset',
    hint: 'Back to the unpruned network; the model, tasks and thresholds stay.',
    keys: ['Shift+R'],
    enabled: hasRun,
    perform: resetRun,
  },
  back: {
    id: 'back',
    label: 'Step back in time',
    hint: 'Show the run as it was one layer earlier.',
    keys: ['ArrowLeft'],
    enabled: hasRun,
    perform: () => moveBySteps(-1),
  },
  forward: {
    id: 'forward',
    label: 'Step forward in time',
    hint: 'Show the run one layer later; steps the run itself when at the live edge of a paused run.',
    keys: ['ArrowRight'],
    enabled: hasRun,
    perform: () => {
      const { run } = studio.getState();
      return run.cursor === null && run.status === 'paused' ? stepRun('trial') : moveBySteps(1);
    },
  },
  profile: {
    id: 'profile',
    label: 'Measure sensitivity',
    hint: 'Try every layer alone at every ratio, so that the thresholds can be scrubbed with instant predictions.',
    keys: ['p'],
    enabled: (state) => idle(state) && status(state) !== 'paused' && state.backend !== null,
    perform: measureProfile,
  },
  recover: {
    id: 'recover',
    label: 'Recover',
    hint: 'Win back what pruning cost, with the settings of the recovery; or go on with a paused one.',
    keys: ['r'],
    enabled: (state) => canRecover(state) || state.recovery.status === 'paused',
    perform: recover,
  },
  halve: {
    id: 'halve',
    label: 'Halve the MACs',
    hint: 'Prune and recover in rounds until half of the MACs are gone, every metric within 1 point of the unpruned network’s.',
    keys: ['h'],
    enabled: (state) => canHalve(state),
    perform: halve,
  },
  pauseRecovery: {
    id: 'pauseRecovery',
    label: 'Pause the recovery',
    hint: 'Hold before its next step.',
    keys: ['Shift+P'],
    enabled: isRecovering,
    perform: async () => pauseRecovery(),
  },
  stopRecovery: {
    id: 'stopRecovery',
    label: 'Stop the recovery',
    hint: 'End it within a step; the networks made so far are kept.',
    keys: ['Shift+X'],
    enabled: ({ recovery }) => recovery.status === 'running' || recovery.status === 'paused',
    perform: async () => stopRecovery(),
  },
  downloadModel: {
    id: 'downloadModel',
    label: 'Pruned model',
    hint: 'The pruned network in the format that you brought.',
    keys: ['d'],
    enabled: hasResult,
    perform: () => downloadFromWorker('model'),
  },
  downloadZip: {
    id: 'downloadZip',
    label: 'Everything (.zip)',
    hint: 'The pruned model, report.json, recipe.json and all trials as CSV.',
    keys: ['Shift+D'],
    enabled: hasResult,
    perform: () => downloadFromWorker('zip'),
  },
  saveRun: {
    id: 'saveRun',
    label: 'Save the run',
    hint: 'The run as one file that this page opens again.',
    keys: ['s'],
    enabled: hasRun,
    perform: saveRun,
  },
  compare: {
    id: 'compare',
    label: 'Compare with this run',
    hint: 'Keep this run beside the next ones: below on the timeline, and in the outcome.',
    keys: ['c'],
    enabled: (state) => hasRun(state) && status(state) !== 'running',
    perform: compareWithShown,
  },
  stopComparing: {
    id: 'stopComparing',
    label: 'Stop comparing',
    hint: 'Let go of the run that is compared with.',
    keys: ['Shift+C'],
    enabled: (state) => state.compare !== null,
    perform: stopComparing,
  },
  share: {
    id: 'share',
    label: 'Copy link',
    hint: 'A link to these thresholds and choices, and to the demo; your own model and data are never in it.',
    keys: ['l'],
    enabled: () => true,
    perform: copyLink,
  },
  search: {
    id: 'search',
    label: 'Find a layer',
    hint: 'Search the layers by name.',
    keys: ['/'],
    enabled: (state) => state.model !== null,
    perform: () => document.querySelector<HTMLInputElement>('[data-layer-search]')?.focus(),
  },
  nextView: {
    id: 'nextView',
    label: 'Next view',
    hint: 'Show the next of the views below the charts.',
    keys: [']'],
    enabled: () => true,
    perform: () => showNeighbouringView(1),
  },
  previousView: {
    id: 'previousView',
    label: 'View before',
    hint: 'Show the view before this one.',
    keys: ['['],
    enabled: () => true,
    perform: () => showNeighbouringView(-1),
  },
  letGo: {
    id: 'letGo',
    label: 'Let go',
    hint: 'Unpin the selected layer and task.',
    keys: ['Escape'],
    enabled: () => true,
    perform: letGo,
  },
  help: {
    id: 'help',
    label: 'Help and shortcuts',
    hint: 'What this page does, and its keys.',
    keys: ['?'],
    enabled: () => true,
    perform: () => ui.setState(({ help }) => ({ help: !help })),
  },
} satisfies Record<string, Action>;

export type ActionId = keyof typeof actions;

export const taskActions: readonly Action[] = Array.from({ length: 9 }, (_, index) => ({
  id: `task${index + 1}`,
  label: `Task ${index + 1}`,
  hint: 'Emphasise this task in every chart.',
  keys: [String(index + 1)],
  enabled: (state) => state.tasks.length > index,
  perform: () => pinTask(index),
}));

export const allActions: readonly Action[] = [...Object.values(actions), ...taskActions];

import type { CalibrationSummary, ModelSummary, Opened, SavedRun, SourceFile } from '../../workers/api';
import { ask, mayOpen } from './consent';
import { forgetEdits, unedited } from './edits';
import type { Demo } from './demos';
import { fetchRecording, recordedRun, tellOfRecorded } from './recorded';
import { noRecovery } from './recovery-state';
import { checkSetup } from './setup';
import { remember } from './storage';
import { noRun, studio } from './studio';
import { engine, sentence } from './worker';

export const lastFilesKey = 'last-opened-files';

/** Opens in the worker what a person dropped or picked; what was there stays if it cannot be used. */
export async function openFiles(files: readonly SourceFile[]): Promise<void> {
  if (files.length === 0 || !(await mayOpen())) return;
  forgetEdits();
  await openSources(() => Promise.resolve(files));
}

/** Opens a demo of the gallery: its files are fetched from beside the page, and a run of it is shown. */
export async function openDemo(demo: Demo): Promise<void> {
  if (!(await mayOpen())) return;
  forgetEdits();
  await openSources(() => fetchFiles(demo.files));
  const recording = await fetchRecording(demo);
  const { model, run } = studio.getState();
  if (!recording || recording.run.model !== model?.file || run.status !== 'none') return;
  studio.setState({ run: recordedRun(recording.run), profile: recording.run.profile });
  await tellOfRecorded();
}

export const fetchFiles = (paths: readonly string[]) => Promise.all(paths.map(fetchFile));

async function fetchFile(path: string): Promise<SourceFile> {
  const response = await fetch(path).catch(() => null);
  if (!response?.ok) {
    const status = response ? ` (${response.status})` : '';
    throw new Error(`${path} could not be fetched${status}. Reload the page, or open a model of your own.`);
  }
  return { name: path.split('/').at(-1) ?? path, blob: await response.blob() };
}

let newest = 0;

export async function openSources(find: () => Promise<readonly SourceFile[]>): Promise<void> {
  const number = (newest += 1);
  studio.setState({ busy: { what: 'Reading the files', done: 0, total: 1, opening: true } });
  try {
    const files = await find();
    const opened = await engine.open(files);
    // Given up, or others were brought meanwhile: all stays as it was.
    if (opened.cancelled) return;
    await takeOpened(opened);
    const size = files.reduce((sum, { blob }) => sum + blob.size, 0);
    await rememberFiles(size <= rememberedBytes ? files : [], opened);
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  } finally {
    if (number === newest) studio.setState({ busy: null });
  }
}

/** Gives up opening files; within the time that the worker needs for its present step. */
export async function cancelOpening(): Promise<void> {
  studio.setState(({ busy }) => ({ busy: busy && { ...busy, what: 'Cancelling', opening: false } }));
  await engine.cancelOpening();
}

/** Larger files are not kept for a reload. */
const rememberedBytes = 100_000_000;

async function takeOpened(opened: Opened): Promise<void> {
  const { model, calibration, recipe, savedRun, problems } = opened;
  studio.setState({ fileProblems: problems });
  if (model) takeModel(model);
  if (calibration) takeCalibration(calibration);
  if (recipe) applySetup(recipe);
  const { model: current, calibration: set } = studio.getState();
  if (savedRun) await takeSavedRun(savedRun);
  else if ((model ?? calibration) && !recipe && current && set)
    studio.setState(unedited({ tasks: await engine.guessTasks() }));
  await tellOfRecorded();
  checkSetup();
}

/** Beside a run of the same model a saved one may stand to be compared with, or take its place. */
async function takeSavedRun(saved: SavedRun): Promise<void> {
  const { run, model } = studio.getState();
  const beside = run.events.length > 0 && model?.file === saved.model;
  if (beside) {
    const replace = await ask('A run is on show already.', 'Show the saved run instead', 'Compare with it');
    if (!replace) {
      studio.setState({ compare: saved });
      return;
    }
  }
  applySetup(saved.setup);
  studio.setState({ run: recordedRun(saved), profile: saved.profile });
  requireItsModel(saved);
}

/** A recorded run of the same model stays on screen. */
function takeModel(model: ModelSummary): void {
  const { run, model: before } = studio.getState();
  const same = before?.file === model.file && before.macs === model.macs && before.params === model.params;
  if (run.status === 'recorded' && same) studio.setState({ model });
  else {
    forgetEdits(['tasks', 'exclude', 'recover']);
    studio.setState({
      model,
      run: noRun,
      profile: null,
      exclude: [],
      recover: null,
      compare: null,
      recovery: noRecovery,
    });
  }
}

function takeCalibration(calibration: CalibrationSummary): void {
  const { run, profile } = studio.getState();
  const kept = run.status === 'recorded' ? profile : null;
  studio.setState({ calibration, profile: kept, ...unedited({ spec: calibration.spec }) });
}

function requireItsModel({ model }: SavedRun): void {
  if (studio.getState().model?.file === model) return;
  const problem = `The run is of “${model}”. Open that model too, to see its network and to repeat the run.`;
  studio.setState({ fileProblems: [problem] });
}

function applySetup(recipe: NonNullable<Opened['recipe']>): void {
  const { calibration, tasks, method, exclude, recover = null } = recipe;
  studio.setState(({ spec }) =>
    unedited({ spec: spec ? { ...calibration, file: spec.file } : null, tasks, method, exclude, recover }),
  );
}

let held: { model: readonly SourceFile[]; calibration: readonly SourceFile[] } = {
  model: [],
  calibration: [],
};

/** So that a reload finds the model again; a browser that refuses the space loses only that. */
async function rememberFiles(files: readonly SourceFile[], opened: Opened): Promise<void> {
  held = {
    model: opened.model ? files : held.model,
    calibration: opened.calibration ? files : held.calibration,
  };
  const both = [...new Set([...held.model, ...held.calibration])];
  await remember(lastFilesKey, both);
}

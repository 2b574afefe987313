import * as Comlink from 'comlink';
import type { NamedBytes } from '../../src/util/files';
import type { CalibrationSummary, ModelSummary, Opened, SavedRun } from '../../workers/api';
import { ask, mayOpen } from './consent';
import { checkSetup } from './setup';
import { remember } from './storage';
import { noRun, studio, type RunLog } from './studio';
import { engine, sentence } from './worker';

export const lastFilesKey = 'last-files';

/** Reads what a person dropped or picked and opens it in the worker; what was there stays if it cannot be used. */
export async function openFiles(files: Iterable<File>): Promise<void> {
  const list = [...files];
  if (list.length === 0 || !(await mayOpen())) return;
  const total = list.reduce((sum, file) => sum + file.size, 0);
  studio.setState({ busy: { what: `Reading ${list.map(({ name }) => name).join(', ')}`, done: 0, total } });
  await openBytes(async () =>
    Promise.all(
      list.map(async (file) => ({
        name: file.webkitRelativePath || file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
      })),
    ),
  );
}

/** Opens a demo of the gallery: its files are fetched from beside the page. */
export async function openDemo(files: readonly string[]): Promise<void> {
  if (!(await mayOpen())) return;
  studio.setState({ busy: { what: 'Opening the demo', done: 0, total: files.length } });
  await openBytes(async () => Promise.all(files.map(fetchBytes)));
}

async function fetchBytes(path: string): Promise<NamedBytes> {
  const response = await fetch(path).catch(() => null);
  if (!response?.ok) {
    const status = response ? ` (${response.status})` : '';
    throw new Error(`${path} could not be fetched${status}. Reload the page, or open a model of your own.`);
  }
  return { name: path.split('/').at(-1) ?? path, bytes: new Uint8Array(await response.arrayBuffer()) };
}

export async function openBytes(read: () => Promise<readonly NamedBytes[]>): Promise<void> {
  try {
    const files = await read();
    studio.setState(({ busy }) => ({ busy: busy && { ...busy, what: 'Understanding the files' } }));
    const small = files.reduce((sum, { bytes }) => sum + bytes.length, 0) <= rememberedBytes;
    const opened = await engine.open(small ? files : Comlink.transfer(files, buffersOf(files)));
    await takeOpened(opened);
    await rememberFiles(small ? files : [], opened);
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  } finally {
    studio.setState({ busy: null });
  }
}

/** Larger files are handed to the worker, not copied, and are not kept for a reload. */
const rememberedBytes = 100_000_000;

const buffersOf = (files: readonly NamedBytes[]) => [...new Set(files.map(({ bytes }) => bytes.buffer))];

async function takeOpened(opened: Opened): Promise<void> {
  const { model, calibration, recipe, savedRun, problems } = opened;
  studio.setState({ fileProblems: problems });
  if (model) takeModel(model);
  if (calibration) takeCalibration(calibration);
  if (recipe) applySetup(recipe);
  const { model: current, calibration: set } = studio.getState();
  if (savedRun) await takeSavedRun(savedRun);
  else if ((model ?? calibration) && !recipe && current && set)
    studio.setState({ tasks: await engine.guessTasks() });
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
  else studio.setState({ model, run: noRun, profile: null, exclude: [], compare: null });
}

function takeCalibration(calibration: CalibrationSummary): void {
  const { run, profile } = studio.getState();
  const kept = run.status === 'recorded' ? profile : null;
  studio.setState({ calibration, spec: calibration.spec, profile: kept });
}

function requireItsModel({ model }: SavedRun): void {
  if (studio.getState().model?.file === model) return;
  const problem = `The run is of “${model}”. Open that model too, to see its network and to repeat the run.`;
  studio.setState({ fileProblems: [problem] });
}

function applySetup({ calibration, tasks, method, exclude }: NonNullable<Opened['recipe']>): void {
  studio.setState(({ spec }) => ({
    spec: spec ? { ...calibration, file: spec.file } : null,
    tasks,
    method,
    exclude,
  }));
}

export function recordedRun({ events, setup }: Pick<RunLog, 'events' | 'setup'>): RunLog {
  return { ...noRun, status: 'recorded', events, setup };
}

let held: { model: readonly NamedBytes[]; calibration: readonly NamedBytes[] } = {
  model: [],
  calibration: [],
};

/** So that a reload finds the model again; a browser that refuses the space loses only that. */
async function rememberFiles(files: readonly NamedBytes[], opened: Opened): Promise<void> {
  held = {
    model: opened.model ? files : held.model,
    calibration: opened.calibration ? files : held.calibration,
  };
  const both = [...new Set([...held.model, ...held.calibration])];
  await remember(lastFilesKey, both);
}

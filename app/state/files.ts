import { set as remember } from 'idb-keyval';
import type { NamedBytes } from '../../src/util/files';
import type { Opened } from '../../workers/api';
import { checkSetup } from './setup';
import { noRun, studio, type RunLog } from './studio';
import { engine, sentence } from './worker';

export const lastFilesKey = 'last-files';

/** Reads what a person dropped or picked and opens it in the worker; what was there stays if it cannot be used. */
export async function openFiles(files: Iterable<File>): Promise<void> {
  const list = [...files];
  if (list.length === 0) return;
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
  studio.setState({ busy: { what: 'Opening the demo', done: 0, total: files.length } });
  await openBytes(async () => Promise.all(files.map(fetchBytes)));
}

async function fetchBytes(path: string): Promise<NamedBytes> {
  const response = await fetch(path);
  if (!response.ok)
    throw new Error(`${path} could not be fetched (${response.status}). Reload the page to try again.`);
  return { name: path.split('/').at(-1) ?? path, bytes: new Uint8Array(await response.arrayBuffer()) };
}

export async function openBytes(read: () => Promise<readonly NamedBytes[]>): Promise<void> {
  try {
    const files = await read();
    studio.setState(({ busy }) => ({ busy: busy && { ...busy, what: 'Understanding the files' } }));
    const opened = await engine.open(files);
    await takeOpened(opened);
    await rememberFiles(files, opened);
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  } finally {
    studio.setState({ busy: null });
  }
}

async function takeOpened(opened: Opened): Promise<void> {
  const { model, calibration, recipe, savedRun, problems } = opened;
  studio.setState({ fileProblems: problems });
  if (model) studio.setState({ model, run: noRun, profile: null, exclude: [] });
  if (calibration) studio.setState({ calibration, spec: calibration.spec, profile: null });
  if (recipe) applySetup(recipe);
  if (savedRun) {
    applySetup(savedRun.setup);
    studio.setState({ run: recordedRun(savedRun), profile: savedRun.profile });
  } else if ((model ?? calibration) && !recipe && studio.getState().model && studio.getState().calibration) {
    studio.setState({ tasks: await engine.guessTasks() });
  }
  checkSetup();
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
  await remember(lastFilesKey, both).catch(() => undefined);
}

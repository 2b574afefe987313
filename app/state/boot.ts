import type { SourceFile } from '../../workers/api';
import { demos, type Demo } from './demos';
import { unedited } from './edits';
import { fetchFiles, lastFilesKey, openSources } from './files';
import { sendMemoryBudget } from './memory';
import { persistChanges, restoredRun, restoredSettings } from './persist';
import { receive } from './receive';
import { fetchRecording, recordedRun, tellOfRecorded } from './recorded';
import { checkSetup } from './setup';
import { recall } from './storage';
import { linkedDemo, takeLink } from './share';
import { studio } from './studio';
import { connectWorker, engine, sentence, workerFailure } from './worker';

/** Connects the worker, starts its engine and opens the demo of the link, else what was open last, else the demo. */
export async function boot(): Promise<void> {
  const { own, demo } = await whatOpens();
  void workerFailure.then((engineProblem) =>
    studio.setState(({ backend }) => (backend ? {} : { engineProblem })),
  );
  try {
    await connectWorker(receive);
    await sendMemoryBudget();
    studio.setState({ backend: await engine.startBackend(studio.getState().backendChoice) });
  } catch (error) {
    studio.setState({ engineProblem: sentence(error) });
    return;
  }
  if (own) await openSources(() => Promise.resolve(own));
  else await openSources(() => fetchFiles(demo.files));
  await restore();
  await takeLink();
  persistChanges();
}

/** The demo of the link, else what the last visit had open: a demo or a person's own files, else the first demo. */
async function whatOpens(): Promise<{ readonly own: readonly SourceFile[] | null; readonly demo: Demo }> {
  const linked = linkedDemo();
  if (linked) return { own: null, demo: linked };
  const files = (await recall<readonly SourceFile[]>(lastFilesKey)) ?? [];
  const demo = demos.find((each) => isOf(each, files));
  return { own: demo || files.length === 0 ? null : files, demo: demo ?? demos[0] };
}

/** A demo with a recording has a model whose name is hardly anybody else's. */
const isOf = (demo: Demo, files: readonly SourceFile[]) =>
  demo.recording !== null &&
  files.length === demo.files.length &&
  files.every(({ name }) => demo.files.some((path) => path.endsWith(`/${name}`)));

/** Fills the page with the demo's recorded run, unless a person's own files are about to be opened. */
export async function showRecording(): Promise<void> {
  const { own, demo } = await whatOpens();
  if (own) return;
  const recording = await fetchRecording(demo);
  if (!recording) return;
  const { model, calibration, run } = recording;
  const { tasks, method, exclude, recover = null } = run.setup;
  studio.setState({
    model,
    calibration,
    spec: run.setup.calibration,
    tasks,
    method,
    exclude,
    recover,
    run: recordedRun(run),
    profile: run.profile,
  });
}

async function restore(): Promise<void> {
  const model = studio.getState().model?.file;
  if (!model) return;
  const settings = restoredSettings(model);
  if (settings) studio.setState(unedited(settings));
  const last = await restoredRun(model);
  if (last) studio.setState(({ profile }) => ({ run: recordedRun(last), profile: last.profile ?? profile }));
  await tellOfRecorded();
  checkSetup();
}

import type { SourceFile } from '../../workers/api';
import { demos } from './demos';
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
  const demo = linkedDemo() ?? demos[0];
  const own = await ownFiles();
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
  else if (demo) await openSources(() => fetchFiles(demo.files));
  await restore();
  await takeLink();
  persistChanges();
}

/** A person's own files of the last visit; null when there were none but the demo's, or a link asks for a demo. */
async function ownFiles(): Promise<readonly SourceFile[] | null> {
  if (linkedDemo()) return null;
  const files = (await recall<readonly SourceFile[]>(lastFilesKey)) ?? [];
  const ofDemo = ({ name }: SourceFile) => demos[0]?.files.some((file) => file.endsWith(name));
  return files.every(ofDemo) ? null : files;
}

/** Fills the page with the demo's recorded run, unless a person's own files are about to be opened. */
export async function showRecording(): Promise<void> {
  const demo = linkedDemo() ?? demos[0];
  if (!demo || (await ownFiles())) return;
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

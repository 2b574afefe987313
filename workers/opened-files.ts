import { openCalibration } from '../src/calibration';
import type { CalibrationFile, CalibrationSpec } from '../src/calibration/calibration';
import { lookAtSamples, type Look, type LookAsk } from '../src/calibration/look';
import { readModel } from '../src/formats';
import type { Artifact } from '../src/formats/artifact';
import { analyseChannels } from '../src/graph/channels';
import { idleGlobs } from '../src/graph/exclude';
import { runnableOutputs, sizedForSet } from '../src/session';
import { guessTasks } from '../src/tasks/guess';
import type { TaskSpec } from '../src/tasks/task';
import type { Checkpoint } from '../src/util/checkpoint';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import type { Opened, SourceFile, StudioMessage } from './api';
import { CalibrationStore, modelLayout, nameOf, understand, type UnderstoodSet } from './calibration-store';
import { nothingOpened, Opening } from './opening';
import { readFiles } from './read-files';
import { sortFiles } from './sort-files';
import { summariseCalibration, summariseModel } from './summaries';

export interface OpenedFilesHost {
  readonly send: (message: StudioMessage) => void;
  /** Called before the model or the calibration set becomes another. */
  readonly beforeChange: () => Promise<void>;
}

/** The model and the calibration set that a person brought, and the opening of others. */
export class OpenedFiles {
  readonly #host: OpenedFilesHost;
  #modelFiles: readonly NamedBytes[] = [];
  #artifact: Artifact | null = null;
  #calibration: CalibrationStore | null = null;
  #understood: UnderstoodSet | null = null;
  #opening: Opening | null = null;

  constructor(host: OpenedFilesHost) {
    this.#host = host;
  }

  get artifact(): Artifact | null {
    return this.#artifact;
  }

  async open(files: readonly SourceFile[]): Promise<Opened> {
    this.cancelOpening();
    const opening = new Opening((what, done, total) =>
      this.#host.send({ kind: 'opening', what, done, total }),
    );
    this.#opening = opening;
    try {
      return await this.#open(files, opening.checkpoint);
    } catch (error) {
      if (opening.cancelled) return { ...nothingOpened, cancelled: true };
      if (error instanceof InputError) return { ...nothingOpened, problems: [error.message] };
      throw error;
    }
  }

  cancelOpening(): void {
    this.#opening?.cancel();
  }

  guessTasks(): readonly TaskSpec[] {
    if (!this.#artifact || !this.#understood?.file) return [];
    const { file, spec } = this.#understood;
    const labels = [...file.arrays.values()].filter(({ name }) => name !== spec.input);
    return guessTasks(runnableOutputs(this.#artifact.graph), labels);
  }

  /** @throws InputError while one of them is missing, or pictures cannot be decoded */
  async read(
    spec: CalibrationSpec,
  ): Promise<{ readonly artifact: Artifact; readonly calibration: CalibrationFile }> {
    const artifact = this.#artifact;
    if (!artifact) throw missing('model');
    if (!this.#calibration) throw missing('calibration set');
    return { artifact, calibration: await this.#render(this.#calibration, spec, artifact) };
  }

  async look(spec: CalibrationSpec, ask: LookAsk): Promise<Look | null> {
    if (!this.#artifact || !this.#calibration) return null;
    const { artifact, calibration } = await this.read(spec);
    const [input] = artifact.graph.inputs;
    return lookAtSamples(calibration, spec, { input, layout: modelLayout(artifact) }, ask);
  }

  /** Nothing is replaced before all is read. */
  async #open(files: readonly SourceFile[], checkpoint: Checkpoint): Promise<Opened> {
    const problems: string[] = [];
    const attempt = async <T>(wanted: boolean, read: () => T | Promise<T>): Promise<T | null> => {
      if (!wanted) return null;
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(error.message);
        return null;
      }
    };
    const sorted = await sortFiles(await readFiles(files, checkpoint), checkpoint);
    await checkpoint('Understanding the files', 0, 1);
    const read = await attempt(sorted.model.length > 0, () => readModel(sorted.model));
    await checkpoint('Understanding the files', 1, 1);
    const opened = await attempt(sorted.calibration.length > 0, () =>
      openCalibration(sorted.calibration, { checkpoint, ...nameOf(files) }),
    );
    await checkpoint('Understanding the files', 1, 1);
    // A set that was there before the model is guessed anew: the model's input says which axes are which.
    const shown = opened ? new CalibrationStore(opened) : read && this.#calibration;
    const modelFiles = read ? sorted.model : this.#modelFiles;
    const artifact = sized(read ?? this.#artifact, modelFiles, shown);
    const model = artifact === this.#artifact ? null : artifact;
    const wanted = sorted.recipe?.calibration ?? null;
    const understood = await attempt(shown !== null, () =>
      shown ? understand(shown, artifact, wanted, checkpoint) : null,
    );
    if (model ?? understood) await this.#host.beforeChange();
    if (model) [this.#artifact, this.#modelFiles] = [model, modelFiles];
    if (opened && understood) this.#calibration = shown;
    if (understood) this.#understood = understood;
    if (artifact && sorted.recipe) problems.push(...idleGlobs(artifact.graph, sorted.recipe.exclude));
    const bytes = modelFiles.reduce((sum, file) => sum + file.bytes.length, 0);
    return {
      model: model && summariseModel(model, analyseChannels(model.graph), bytes),
      calibration: shown && understood && summariseCalibration(shown.source, understood),
      recipe: sorted.recipe,
      savedRun: sorted.savedRun,
      problems,
      cancelled: false,
    };
  }

  /** Says how far it is with pictures that have to be decoded anew. */
  async #render(
    store: CalibrationStore,
    spec: CalibrationSpec,
    artifact: Artifact,
  ): Promise<CalibrationFile> {
    const told = new Set<string>();
    const tell = (what: string, done: number, total: number) => {
      told.add(what);
      this.#host.send({ kind: 'progress', what, done, total });
    };
    try {
      return await store.read(spec, artifact, new Opening(tell).checkpoint);
    } finally {
      for (const what of told) tell(what, 1, 1);
    }
  }
}

/** The model for images of the set's size, where it has one: pictures are brought to the model's. */
function sized(
  artifact: Artifact | null,
  files: readonly NamedBytes[],
  store: CalibrationStore | null,
): Artifact | null {
  if (!artifact || store?.source.kind !== 'arrays') return artifact;
  return sizedForSet(artifact, files, store.source.file.arrays.values());
}

/** What a setup needs and is not there. */
export function missing(what: 'model' | 'calibration set' | 'backend'): InputError {
  return new InputError({ file: 'Setup', problem: `there is no ${what} yet.`, advice: 'Open one first.' });
}

/**
 * Writes the demos' recording.json: what the page shows before anything runs – the model as the worker summarises
 * it, a run of its recipe, and its sensitivity profile. Run again whenever a demo or the formats change:
 *
 *     npx tsx scripts/record-demo.ts [multimnist | detector | rooms] …
 */
import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demos } from '../app/state/demos';
import { readCalibrationFiles } from '../cli/files';
import { openRecipe, openSession } from '../cli/run';
import { readCalibration } from '../src/calibration';
import { analyseChannels } from '../src/graph/channels';
import type { RunEvent } from '../src/pruning/events';
import { measureProfile } from '../src/pruning/measure-profile';
import { pagcp } from '../src/pruning/pagcp';
import type { SensitivityProfile } from '../src/pruning/profile';
import type { PagcpSettings } from '../src/pruning/recipe';
import type { Session } from '../src/session';
import type { RunSetup } from '../workers/api';
import { recoveryOf } from '../workers/run-recovery';
import { summariseCalibration, summariseModel } from '../workers/summaries';

const publicFolder = fileURLToPath(new URL('../public/', import.meta.url));

async function recordRun(session: Session, setup: RunSetup): Promise<RunEvent[]> {
  const recovery = recoveryOf(session, setup, new AbortController().signal);
  const events: RunEvent[] = [];
  for await (const event of pagcp(session, setup.method, { recovery })) events.push(event);
  return events;
}

async function recordProfile(session: Session, settings: PagcpSettings): Promise<SensitivityProfile> {
  const measuring = measureProfile(session, settings);
  for (;;) {
    const { value, done } = await measuring.next();
    if (done) return value;
  }
}

/** Six significant digits are more than a chart shows and keep the file small. */
function short(value: unknown): unknown {
  const text = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isInteger(item) ? Number(item.toPrecision(6)) : item,
  );
  return JSON.parse(text);
}

async function record(recording: string): Promise<void> {
  const recipePath = join(publicFolder, dirname(recording), 'recipe.json');
  const { recipe } = openRecipe(recipePath);
  const session = await openSession(recipePath, recipe, 'wasm');
  const { calibration: spec, tasks, method, exclude, recover } = recipe;
  const setup: RunSetup = { calibration: spec, tasks, method, exclude, ...(recover ? { recover } : {}) };

  const started = performance.now();
  const events = await recordRun(session, setup);
  const seconds = (performance.now() - started) / 1000;
  const profile = await recordProfile(session, method);
  session.dispose();

  const { artifact } = session;
  const set = readCalibration(readCalibrationFiles(recipePath, recipe));
  const bytes = statSync(join(dirname(recipePath), recipe.model)).size;
  const run = { kind: 'pagcp-studio-run', version: 1, model: artifact.file, setup };
  const recorded = {
    model: short(summariseModel(artifact, analyseChannels(artifact.graph), bytes)),
    calibration: summariseCalibration({ kind: 'arrays', file: set }, { spec, file: set }),
    run: { ...run, events: short(events), profile: short(profile) },
  };
  writeFileSync(join(publicFolder, recording), JSON.stringify(recorded));
  console.log(`${events.length} events in ${seconds.toFixed(1)} s → public/${recording}`);
}

const asked = process.argv.slice(2);
for (const { id, recording } of demos)
  if (recording !== null && (asked.length === 0 || asked.includes(id))) await record(recording);

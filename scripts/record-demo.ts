/**
 * Writes public/demo/recording.json: what the page shows before its engine is ready – the demo's model as the worker
 * summarises it, a run of its recipe, and its sensitivity profile. Run again whenever the demo or the formats change:
 * `npx tsx scripts/record-demo.ts`.
 */
import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { summariseCalibration, summariseModel } from '../workers/summaries';

async function recordRun(session: Session, settings: PagcpSettings): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const run = pagcp(session, settings);
  for (;;) {
    const { value, done } = await run.next();
    if (done) return events;
    events.push(value);
  }
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

const recipePath = fileURLToPath(new URL('../public/demo/recipe.json', import.meta.url));
const { recipe } = openRecipe(recipePath);
const session = await openSession(recipePath, recipe, 'wasm');
const { calibration: spec, tasks, method, exclude } = recipe;

const started = performance.now();
const events = await recordRun(session, method);
const seconds = (performance.now() - started) / 1000;
const profile = await recordProfile(session, method);
session.dispose();

const { artifact } = session;
const set = readCalibration(readCalibrationFiles(recipePath, recipe));
const bytes = statSync(join(dirname(recipePath), recipe.model)).size;
const recording = {
  model: short(summariseModel(artifact, analyseChannels(artifact.graph), bytes)),
  calibration: summariseCalibration({ kind: 'arrays', file: set }, { spec, file: set }),
  run: {
    kind: 'pagcp-studio-run',
    version: 1,
    model: artifact.file,
    setup: { calibration: spec, tasks, method, exclude },
    events: short(events),
    profile: short(profile),
  },
};
const target = join(dirname(recipePath), 'recording.json');
writeFileSync(target, JSON.stringify(recording));
console.log(`${events.length} events in ${seconds.toFixed(1)} s → public/demo/recording.json`);

import type { NamedBytes } from '../../src/util/files';
import { saveBlob } from '../format/save-blob';
import { savedRun } from './saved-run';
import { studio } from './studio';
import { engine, sentence } from './worker';

/** Hands files to the browser's own download. */
export function saveFiles(files: readonly NamedBytes[]): void {
  for (const { name, bytes } of files) {
    saveBlob(name.split('/').at(-1) ?? name, new Blob([new Uint8Array(bytes)], { type: mime(name) }));
  }
}

export function saveText(name: string, text: string): void {
  saveBlob(name, new Blob([text], { type: mime(name) }));
}

function mime(name: string): string {
  if (name.endsWith('.json')) return 'application/json';
  if (name.endsWith('.csv')) return 'text/csv';
  return name.endsWith('.zip') ? 'application/zip' : 'application/octet-stream';
}

export async function downloadFromWorker(what: 'model' | 'zip'): Promise<void> {
  try {
    saveFiles(await engine.download(what));
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  }
}

/** The run as one file that the studio opens again. */
export function saveRun(): void {
  const saved = savedRun(studio.getState());
  if (saved) saveText('run.json', JSON.stringify(saved));
}

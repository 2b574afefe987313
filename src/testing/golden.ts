import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type GoldenCase = 'vggmulti' | 'resmulti' | 'mobilecenter';

const folder = (name: GoldenCase) => fileURLToPath(new URL(`./golden/${name}/`, import.meta.url));

/** Bytes of a file of a golden case: `model.onnx`, `calibration.npz`, `outputs.npz`, `tasks.json`. */
export function goldenBytes(name: GoldenCase, file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(folder(name) + file));
}

/** What an independent PyTorch run decided: the parsed `run-*.json` files by name. */
export function goldenRuns(name: GoldenCase): { readonly file: string; readonly run: GoldenRun }[] {
  return readdirSync(folder(name))
    .filter((file) => file.startsWith('run-'))
    .sort()
    .map((file) => ({ file, run: goldenJson(name, file) as GoldenRun }));
}

export function goldenJson(name: GoldenCase, file: string): unknown {
  return JSON.parse(readFileSync(folder(name) + file, 'utf8'));
}

export interface GoldenRun {
  readonly mode: 'corrected' | 'published';
  readonly delta: number;
  readonly alpha: number;
  readonly topk: number;
  readonly lam: number;
  readonly groups: readonly {
    readonly root: string;
    readonly producers: readonly string[];
    readonly consumers: readonly string[];
    readonly size: number;
    readonly gain: number;
  }[];
  readonly order: readonly string[];
  readonly base: Readonly<Record<string, number>>;
  readonly steps: readonly {
    readonly group: string;
    readonly threshold: number;
    readonly trials: readonly {
      readonly ratio: number;
      readonly removed: number;
      readonly rel: Readonly<Record<string, number>>;
    }[];
    readonly stopped_by: string | null;
    readonly size: number;
    readonly ratio: number;
    readonly removed: readonly number[];
    readonly losses: Readonly<Record<string, number>> | null;
    readonly macs_saved?: number;
    readonly loss_rise?: number;
    readonly final_ratio?: number;
    readonly score_loss?: number | null;
    readonly score?: number;
  }[];
  readonly final_removed: Readonly<Record<string, readonly number[]>>;
  readonly final: {
    readonly losses: Readonly<Record<string, number>>;
    readonly macs: number;
    readonly params: number;
  };
  readonly original: { readonly macs: number; readonly params: number };
}

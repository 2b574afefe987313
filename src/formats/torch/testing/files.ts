import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NamedBytes } from '../../../util/files';

/** Files that scripts/fixtures/torch_files.py made with torch. */
export type TorchFixture =
  'folded.onnx' | 'named.onnx' | 'state.pt' | 'checkpoint.pt' | 'legacy.pt' | 'module.pt';

export function fixture(name: TorchFixture): NamedBytes {
  return { name, bytes: new Uint8Array(readFileSync(fileURLToPath(new URL(name, import.meta.url)))) };
}

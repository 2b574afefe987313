import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function save(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  console.log(`${name}: ${(bytes.length / 1024).toFixed(0)} KiB`);
}

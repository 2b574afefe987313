import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'vite';

const wasmFolder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

/** A page of its own with the engine and a test's entry, which makes the global `name`, bundled into one script. */
export async function openProbe(page: Page, entry: string, name: string): Promise<void> {
  const script = await bundle(fileURLToPath(new URL(entry, import.meta.url)));
  await page.route('**/probe.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="/probe.js"></script>',
    }),
  );
  await page.route('**/probe.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.route('**/wasm/*', (route) => {
    const file = basename(new URL(route.request().url()).pathname);
    return route.fulfill({
      contentType: 'application/wasm',
      body: readFileSync(join(wasmFolder, file)),
    });
  });
  await page.goto('/probe.html');
  await page.waitForFunction((global) => global in globalThis, name);
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry, formats: ['es'] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const parts = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  const chunk = parts.find((part) => part.type === 'chunk');
  if (!chunk) throw new Error('Vite made no bundle.');
  return chunk.code;
}

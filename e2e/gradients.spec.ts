import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { build } from 'vite';
import type { GradientProbe } from './gradients/entry';

declare const gradientProbe: GradientProbe;

const wasmFolder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

test('gradients on WebGPU are those on WASM and of finite differences', async ({ page }) => {
  await openProbe(page);
  expect(await page.evaluate(() => gradientProbe.start('wasm'))).toBe('wasm');
  const onWasm = await page.evaluate(() => gradientProbe.gradients(9));
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const onWebGpu = await page.evaluate(() => gradientProbe.gradients(9));

  expect(onWebGpu.length).toBeGreaterThan(40);
  onWebGpu.forEach(({ title, found, error }, index) => {
    expect.soft(error, title).toBeLessThan(1e-3);
    expect.soft(largestDifference(found, onWasm[index]?.found ?? []), title).toBeLessThan(1e-3);
  });
});

test('losses in tensors on WebGPU are those in numbers', async ({ page }) => {
  await openProbe(page);
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const found = await page.evaluate(() => gradientProbe.losses(2));

  expect(found.length).toBeGreaterThan(15);
  for (const { title, losses } of found) expect.soft(losses, title).toBeLessThan(1e-4);
});

test('training on WebGPU learns, and holds no more after each step', async ({ page }) => {
  await openProbe(page);
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const steps = await page.evaluate(() => gradientProbe.train(20));

  expect(steps).toHaveLength(40);
  expect(steps.at(-1)?.loss).toBeLessThan((steps[0]?.loss ?? 0) / 2);
  expect(new Set(steps.slice(10).map(({ tensors }) => tensors)).size).toBe(1);
  expect(new Set(steps.slice(10).map(({ buffers }) => buffers)).size).toBe(1);
});

/** A page of its own with the engine and the test's entry bundled into one script. */
async function openProbe(page: Page): Promise<void> {
  const script = await bundle(fileURLToPath(new URL('gradients/entry.ts', import.meta.url)));
  await page.route('**/gradients.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="/gradients.js"></script>',
    }),
  );
  await page.route('**/gradients.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  await page.route('**/wasm/*', (route) => {
    const file = basename(new URL(route.request().url()).pathname);
    return route.fulfill({
      contentType: 'application/wasm',
      body: readFileSync(join(wasmFolder, file)),
    });
  });
  await page.goto('/gradients.html');
  await page.waitForFunction(() => 'gradientProbe' in globalThis);
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

function largestDifference(found: readonly number[][], wanted: readonly number[][]): number {
  const scale = Math.max(1, ...wanted.flat().map(Math.abs));
  const differences = found.flatMap((gradient, input) =>
    gradient.map((value, index) => Math.abs(value - (wanted[input]?.[index] ?? Number.NaN))),
  );
  return Math.max(0, ...differences) / scale;
}

import { expect, test } from '@playwright/test';
import type { GradientProbe } from './gradients/entry';
import { openProbe } from './probe';

declare const gradientProbe: GradientProbe;

test('gradients on WebGPU are those on WASM and of finite differences', async ({ page }) => {
  await openProbe(page, 'gradients/entry.ts', 'gradientProbe');
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
  await openProbe(page, 'gradients/entry.ts', 'gradientProbe');
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const found = await page.evaluate(() => gradientProbe.losses(2));

  expect(found.length).toBeGreaterThan(15);
  for (const { title, losses } of found) expect.soft(losses, title).toBeLessThan(1e-4);
});

test('training on WebGPU learns, and holds no more after each step', async ({ page }) => {
  await openProbe(page, 'gradients/entry.ts', 'gradientProbe');
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const steps = await page.evaluate(() => gradientProbe.train(20));

  expect(steps).toHaveLength(40);
  expect(steps.at(-1)?.loss).toBeLessThan((steps[0]?.loss ?? 0) / 2);
  expect(new Set(steps.slice(10).map(({ tensors }) => tensors)).size).toBe(1);
  expect(new Set(steps.slice(10).map(({ buffers }) => buffers)).size).toBe(1);
});

function largestDifference(found: readonly number[][], wanted: readonly number[][]): number {
  const scale = Math.max(1, ...wanted.flat().map(Math.abs));
  const differences = found.flatMap((gradient, input) =>
    gradient.map((value, index) => Math.abs(value - (wanted[input]?.[index] ?? Number.NaN))),
  );
  return Math.max(0, ...differences) / scale;
}

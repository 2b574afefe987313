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

test('losses in tensors on WebGPU and their gradients are those in numbers', async ({ page }) => {
  await openProbe(page, 'gradients/entry.ts', 'gradientProbe');
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const found = await page.evaluate(() => gradientProbe.losses(2));

  expect(found.length).toBeGreaterThan(15);
  for (const { title, losses, slopes } of found) {
    expect.soft(losses, title).toBeLessThan(1e-4);
    expect.soft(slopes, title).toBeLessThan(1e-3);
  }
});

test('a thousand steps on WebGPU learn, and leave no more behind than the first ten', async ({ page }) => {
  test.slow();
  await openProbe(page, 'gradients/entry.ts', 'gradientProbe');
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const steps = await page.evaluate(() => gradientProbe.train(1000));

  expect(steps).toHaveLength(1000);
  const meanLoss = (part: typeof steps) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
  expect(meanLoss(steps.slice(-100))).toBeLessThan(meanLoss(steps.slice(0, 10)) / 2);
  const held = steps.map(({ tensors, used, allocated }) => ({ tensors, used, allocated }));
  expect(held.slice(10)).toEqual(new Array(990).fill(held[9]));
});

test('every method of recovery does on WebGPU what it does on WASM', async ({ page }) => {
  test.slow();
  await openProbe(page, 'gradients/entry.ts', 'gradientProbe');
  expect(await page.evaluate(() => gradientProbe.start('wasm'))).toBe('wasm');
  const onWasm = await page.evaluate(() => gradientProbe.recover());
  expect(await page.evaluate(() => gradientProbe.start('webgpu'))).toBe('webgpu');
  const onWebGpu = await page.evaluate(() => gradientProbe.recover());

  const stages = ['unpruned', 'pruned', 'least-squares', 'batch-norm', 'scale-bias', 'fine-tune'];
  expect(onWebGpu.map(([stage]) => stage)).toEqual(stages);
  const sum = (losses: Readonly<Record<string, number>>) =>
    Object.values(losses).reduce((total, loss) => total + loss, 0);
  const [unpruned = 0, pruned = 0, solved = 0] = onWebGpu.map(([, losses]) => sum(losses));
  expect(solved).toBeLessThan(pruned - (pruned - unpruned) / 3);
  onWebGpu.forEach(([stage, losses], index) => {
    for (const [task, loss] of Object.entries(onWasm[index]?.[1] ?? {}))
      expect.soft(Math.abs((losses[task] ?? Number.NaN) / loss - 1), `${stage}, ${task}`).toBeLessThan(0.01);
  });
});

function largestDifference(found: readonly number[][], wanted: readonly number[][]): number {
  const scale = Math.max(1, ...wanted.flat().map(Math.abs));
  const differences = found.flatMap((gradient, input) =>
    gradient.map((value, index) => Math.abs(value - (wanted[input]?.[index] ?? Number.NaN))),
  );
  return Math.max(0, ...differences) / scale;
}

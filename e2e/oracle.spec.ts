import { expect, test } from '@playwright/test';
import type { OracleProbe } from './oracle/entry';
import { openProbe } from './probe';

declare const oracleProbe: OracleProbe;

test('trials on WebGPU overlap, read nothing synchronously and decide as on WASM', async ({ page }) => {
  test.slow(); // Its shaders take longest: a software adapter compiles them one by one.
  const warnings: string[] = [];
  page.on('console', (message) => warnings.push(message.text()));
  await openProbe(page, 'oracle/entry.ts', 'oracleProbe');
  expect(await page.evaluate(() => oracleProbe.start('wasm'))).toBe('wasm');
  const wasm = await page.evaluate(() => oracleProbe.prune(false));
  expect(await page.evaluate(() => oracleProbe.start('webgpu'))).toBe('webgpu');
  const sequential = await page.evaluate(() => oracleProbe.prune(false));
  const overlapped = await page.evaluate(() => oracleProbe.prune(true));

  const commits = Object.values(wasm.report.removed).filter(({ length }) => length > 0);
  expect(commits.length).toBeGreaterThan(2);
  for (const { report, tensors } of [sequential, overlapped]) {
    expect(report.removed).toEqual(wasm.report.removed);
    expect(report.steps.map(({ stoppedBy }) => stoppedBy)).toEqual(
      wasm.report.steps.map(({ stoppedBy }) => stoppedBy),
    );
    expect(tensors[1]).toBe(tensors[0]);
  }
  expect(sequential.report.work.macs).toBe(wasm.report.work.macs);
  expect(overlapped.report.work.macs).toBeGreaterThanOrEqual(wasm.report.work.macs);
  expect(overlapped.report.work.macs).toBeLessThan(1.2 * wasm.report.work.macs);
  expect(warnings.filter((text) => text.includes('synchronously'))).toEqual([]);
});

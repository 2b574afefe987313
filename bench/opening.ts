import { chromium, type Browser, type Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { preview } from 'vite';
import { chromiumPath } from '../scripts/chromium';
import { freePort } from '../scripts/free-port';
import type { NamedBytes } from '../src/util/files';
import { largeLayersModel, largeOnnx, largeOnnxWithData } from './opening/large-models';

/**
 * Opens large models in the built page: how long it takes, whether the page stays smooth meanwhile, how much memory
 * its process holds at most, and how soon it is given up.
 *
 *     npm run build && npx tsx bench/opening.ts [--dist dist]
 */
const ARGS = ['--no-sandbox', '--disable-background-networking', '--no-first-run'];
const MEGA = 1e6;

const cases: Readonly<Record<string, () => readonly NamedBytes[]>> = {
  'ONNX, one file of 400 MB': () => largeOnnx(400 * MEGA),
  'ONNX with 400 MB of external data': () => largeOnnxWithData(400 * MEGA),
  'TensorFlow.js, 300 MB in shards': () => largeLayersModel(300 * MEGA),
  'the same in one zip': () => zipped(largeLayersModel(300 * MEGA)),
};

const { values: flags } = parseArgs({ options: { dist: { type: 'string', default: 'dist' } } });
const port = await freePort();
const server = await preview({
  build: { outDir: resolve(flags.dist) },
  preview: { port, strictPort: true },
});
const executablePath = chromiumPath();
const browser = await chromium.launch({ args: ARGS, ...(executablePath ? { executablePath } : {}) });
try {
  for (const [name, make] of Object.entries(cases)) console.log(name, await measured(make()));
} finally {
  await browser.close();
  await server.close();
}

async function measured(files: readonly NamedBytes[]) {
  const folder = mkdtempSync(join(tmpdir(), 'opening-'));
  const paths = files.map(({ name }) => join(folder, name));
  files.forEach(({ bytes }, i) => writeFileSync(paths[i] ?? '', bytes));
  const page = await openStudio(browser);
  try {
    const before = await memory(browser);
    const cancelled = await cancelling(page, paths);
    const opened = await opening(page, paths);
    return { ...opened, 'MB more at most': (await memory(browser)) - before, ...cancelled };
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
}

async function openStudio(where: Browser): Promise<Page> {
  const page = await where.newPage();
  await page.goto(`http://localhost:${port}`);
  await page.waitForFunction(() => document.querySelector('.top-bar .primary:not(:disabled)') !== null);
  await page.evaluate(() => {
    const seen = new Array<number>();
    new PerformanceObserver((list) =>
      seen.push(...list.getEntries().map(({ duration }) => Math.round(duration))),
    ).observe({ type: 'longtask' });
    Object.assign(window, { seen });
  });
  return page;
}

/** Gives it up as soon as that can be pressed; what was there must stay. */
async function cancelling(page: Page, paths: readonly string[]) {
  const model = await modelPanel(page).innerText();
  await picker(page).setInputFiles([...paths]);
  await cancelButton(page).click();
  const start = performance.now();
  await page.waitForFunction(() => !document.querySelector('.run-progress p')?.textContent.includes('…'));
  if ((await modelPanel(page).innerText()) !== model)
    throw new Error('A cancelled opening changed the model.');
  return { 'ms to cancel': Math.round(performance.now() - start) };
}

async function opening(page: Page, paths: readonly string[]) {
  const start = performance.now();
  await picker(page).setInputFiles([...paths]);
  await cancelButton(page).waitFor();
  await page.waitForFunction(
    () => !document.querySelector('.run-progress p')?.textContent.includes('…'),
    undefined,
    {
      timeout: 300_000,
    },
  );
  const text = await modelPanel(page).innerText();
  if (!/(large\.onnx|model\.json) · /.test(text)) throw new Error(`It did not open: ${text.slice(0, 300)}`);
  const tasks = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
  return {
    seconds: Math.round((performance.now() - start) / 100) / 10,
    'long tasks of the page, ms': tasks,
  };
}

/** The most that any of the browser's processes has held so far, MB. */
async function memory(of: Browser): Promise<number> {
  const session = await of.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const peaks = processInfo.map(
    ({ id }) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1],
  );
  return Math.round(Math.max(...peaks.map((kibibytes) => Number(kibibytes ?? 0))) / 1024);
}

function zipped(files: readonly NamedBytes[]): NamedBytes[] {
  const bytes = zipSync(Object.fromEntries(files.map((file) => [file.name, file.bytes])), { level: 1 });
  return [{ name: 'large.zip', bytes }];
}

function picker(page: Page) {
  return page.locator('input[type=file]').first();
}

function cancelButton(page: Page) {
  return page.getByRole('button', { name: 'Cancel', exact: true });
}

function modelPanel(page: Page) {
  return page.locator('section.panel').first();
}

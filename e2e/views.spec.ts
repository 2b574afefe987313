import { expect, test } from './studio-page';

test('predictions are drawn for any step of the timeline, the samples that suffered most first', async ({
  studio,
  page,
}) => {
  await studio.open();
  await page.getByRole('tab', { name: 'Predictions' }).click();
  const samples = page.locator('.sample');
  await expect(samples).toHaveCount(6, { timeout: 30_000 });
  const losses = () => samples.first().locator('.sample-loss').allInnerTexts();
  const pruned = await losses();
  const first = await page.locator('.sample-name').first().innerText();
  expect(await studio.violations(), 'with predictions').toEqual([]);

  await page.getByRole('combobox', { name: 'Task' }).selectOption('right');
  await expect(samples.first().locator('section')).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Task' }).selectOption('');
  await page.getByRole('button', { name: 'Next samples' }).click();
  await expect(page.locator('.pager')).toContainText('7–12');
  await expect(page.locator('.sample-name').first()).not.toHaveText(first);
  await page.getByRole('button', { name: 'Samples before' }).click();
  await expect(page.locator('.sample-name').first()).toHaveText(first);

  await page.getByRole('slider', { name: /timeline/i }).focus();
  await page.keyboard.press('Home');
  await expect.poll(losses).not.toEqual(pruned);
  for (const words of await losses()) {
    const [, before, after] = /loss (\S+) → (\S+)/.exec(words) ?? [];
    expect(after, 'before the first step nothing is pruned').toBe(before);
  }
});

test('the map of tasks and layers and the response maps share the selection', async ({ studio, page }) => {
  await studio.open();
  await page.getByRole('tab', { name: 'Tasks × layers' }).click();
  const columns = page.locator('.task-layer-column');
  await expect(columns).toHaveCount(10);
  await expect(page.locator('.view .chart-note')).toContainText(
    /Layers stopped: \d+ by .*left.*\d+ by .*right/,
  );
  expect(await studio.violations(), 'with the map').toEqual([]);
  await columns.nth(4).focus();
  await page.keyboard.press('Enter');
  const layer =
    /Step \d+, (.*?)\.weight/.exec((await columns.nth(4).getAttribute('aria-label')) ?? '')?.[1] ?? '';

  await page.getByRole('tab', { name: 'Filters' }).click();
  await expect(page.getByRole('heading', { name: `Filters: ${layer}` })).toBeVisible();
  const note = page.locator('.view .chart-note');
  await expect(note).toContainText('Filter 0 of', { timeout: 30_000 });
  await page.getByRole('slider', { name: 'Filter of the layer' }).press('ArrowRight');
  await expect(note).toContainText('Filter 1 of');
  await expect(page.locator('.response-maps')).toContainText('Difference');
  expect(await studio.violations(), 'with response maps').toEqual([]);
});

test('predictions wait for a run, and do not change what it finds', async ({ studio, page }) => {
  await studio.open();
  await studio.useBackend('wasm');
  await page.getByRole('tab', { name: 'Predictions' }).click();
  await studio.button('Run').click();
  await expect(studio.status).toContainText(/layer [2-9]/, { timeout: 60_000 });
  await expect(page.locator('.sample')).toHaveCount(6);
  await studio.button('Pause').click();
  await expect(studio.status).toContainText('Paused', { timeout: 30_000 });
  await expect(page.locator('.samples')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the memory of a run is told before it, and can be limited', async ({ studio, page }) => {
  await studio.open();
  const engine = page.locator('.panel').filter({ has: page.getByRole('heading', { name: 'Engine' }) });
  await expect(engine).toContainText(/A run takes up to [\d.]+.MB/);
  await engine.getByRole('combobox').selectOption('Up to 16 MB');
  await expect(engine).toContainText('of the activations worth keeping fit');
  await page.reload();
  await expect(engine.getByRole('combobox').locator('option:checked')).toHaveText('Up to 16 MB');
  await expect(engine).toContainText('of the activations worth keeping fit', { timeout: 60_000 });
});

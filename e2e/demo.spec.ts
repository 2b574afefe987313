import { expect, test } from './studio-page';

test('the page opens with the demo and a recorded run, before the engine is ready', async ({
  studio,
  page,
}) => {
  await page.goto('./');
  await expect(page.locator('.rail.left')).toContainText('multimnist.onnx');
  await expect(page.getByText('A recorded run')).toBeVisible();
  await expect(studio.button('Run')).toBeEnabled({ timeout: 60_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the demo runs to the end on WASM and its files come down', async ({ studio }) => {
  await studio.open();
  await studio.useBackend('wasm');
  await studio.watchMainThread();
  await studio.button('Run').click();
  await expect(studio.status).toContainText(/layer \d+ of \d+ · \d+ evaluations/);
  await expect(studio.status).toContainText('Done', { timeout: 170_000 });
  const { tasks, shift } = await studio.mainThread();
  console.log(
    `main-thread tasks over 50 ms during the run: ${tasks.length}, longest ${Math.max(0, ...tasks)} ms`,
  );
  console.log(`cumulative layout shift during the run: ${shift.toFixed(4)}`);
  expect(shift, 'nothing jumps while values stream in').toBeLessThan(0.05);

  const { name, bytes } = await studio.download('Everything (.zip)');
  expect(name).toBe('multimnist-pruned.zip');
  const text = new TextDecoder('latin1').decode(bytes);
  for (const file of ['report.json', 'recipe.json', 'trials.csv', 'multimnist-pruned.onnx'])
    expect(text).toContain(file);
});

test('a run is paused, stepped, resumed and stopped', async ({ studio, page }) => {
  await studio.open();
  await studio.useBackend('wasm');
  await studio.button('Step').click();
  await expect(studio.status).toContainText(/Paused · layer 1 of \d+ · 1 evaluation\b/, { timeout: 60_000 });
  await studio.button('Step').click();
  await expect(studio.status).toContainText('2 evaluations', { timeout: 60_000 });
  expect(await studio.violations(), 'while a run is under way').toEqual([]);
  await studio.button('Resume').click();
  await expect(studio.status).toContainText('Running');
  await studio.button('Pause').click();
  await expect(studio.status).toContainText('Paused', { timeout: 30_000 });
  await studio.button('Stop').click();
  await expect(studio.status).toContainText('Stopped', { timeout: 30_000 });
  const { name } = await studio.download('Pruned model');
  expect(name).toBe('multimnist-pruned.onnx');
  await studio.button('Reset').click();
  await expect(studio.status).toContainText('Ready');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('scrubbing a threshold predicts at once, marked as a prediction', async ({ studio, page }) => {
  await studio.open();
  await page.getByRole('slider', { name: 'α' }).focus();
  for (let press = 0; press < 12; press += 1) await page.keyboard.press('ArrowLeft');
  await expect(studio.status).toContainText('dashed is predicted');
  await expect(page.locator('.outcome .predicted').first()).toBeVisible();
  await expect(studio.button('Run exactly')).toBeEnabled();
});

test('a link brings its settings along, and a run is kept to compare with', async ({ studio, page }) => {
  await page.goto('./#demo=multimnist&delta=0.1&lambda=0.9&topK=0.5&mode=published');
  await expect(studio.button('Run exactly')).toBeEnabled({ timeout: 60_000 });
  await expect(page.getByLabel('δ as a number')).toHaveValue('0.1');
  await expect(page.locator('.rail.right')).toContainText('Published');
  await expect(page).toHaveURL((url) => url.hash === '');

  await page.getByRole('button', { name: 'Compare with this run' }).click();
  await expect(page.locator('.timeline-words')).toContainText('to compare');
  await expect(page.locator('.outcome').first()).toContainText('Other');
  await page.getByRole('button', { name: 'Stop comparing' }).click();
  await expect(page.locator('.timeline-words')).not.toContainText('to compare');
});

test('a page without storage and demo says so and what to do', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { get: () => undefined }));
  await page.route('**/demo/**', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto('./');
  await expect(page.getByText('Open a model to begin.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('alert')).toContainText('open a model of your own');
});

test('the timeline shows an earlier step everywhere, and comes back', async ({ studio, page }) => {
  await studio.open();
  const after = await page.locator('.outcome').first().innerText();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.outcome').first()).not.toHaveText(after);
  await page.getByRole('slider', { name: /timeline|step/i }).focus();
  await page.keyboard.press('End');
  await expect.poll(() => page.locator('.outcome').first().innerText()).toBe(after);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no accessibility violations at any width, ${colorScheme}`, async ({ studio, page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('./');
    await expect(page.locator('.run-progress p')).toContainText('recorded run');
    await expect(page.getByRole('heading', { name: 'Cumulative drop' })).toBeAttached();
    const noViolations = async (what: string) => {
      expect(await studio.violations(), what).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, what).toBeLessThanOrEqual(0);
    };
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await noViolations(`with a result, ${width} px`);
    }
    await page.getByRole('button', { name: 'Thresholds', exact: true }).click();
    await page.getByRole('slider', { name: 'α' }).press('ArrowLeft');
    await expect(page.locator('.outcome .predicted').first()).toBeAttached();
    for (const width of [390, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await noViolations(`with a prediction, ${width} px`);
    }
  });
}

import { quickRecipe } from './recipes';
import { expect, projectFile, test } from './studio-page';

const golden = 'src/testing/golden/vggmulti/';

test('a pruned network is recovered, trained further, compared and saved', async ({ studio, page }) => {
  await studio.open();
  await studio.useBackend('wasm');
  await studio.drop([
    projectFile(`${golden}model.onnx`),
    projectFile(`${golden}calibration.npz`),
    quickRecipe(64, [0.2]),
  ]);
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  await page.getByRole('tab', { name: 'Recovery' }).click();
  const recover = page.locator('.recovery-actions').getByRole('button', { name: 'Recover' });
  await expect(recover, 'there is nothing to recover yet').toBeDisabled();
  await expect(studio.button('Run')).toBeEnabled();
  await studio.button('Run').click();
  await expect(studio.status).toContainText('Done', { timeout: 60_000 });

  const status = page.locator('.recovery-progress p');
  await recover.click();
  await expect(status).toContainText('Done', { timeout: 60_000 });
  const bars = page.locator('.recovery .chart').filter({ hasText: 'Before, pruned, recovered' });
  await expect(bars.locator('.plot')).toContainText('Least squares');

  await page.getByLabel('Fine-tuning').check();
  await page.getByLabel('Epochs').fill('1');
  await page.getByLabel('Epochs').press('Enter');
  await recover.click();
  await expect(status).toContainText(/Done|fine-tuning/, { timeout: 60_000 });
  await expect(page.locator('.recovery .notice').first(), 'nothing but the calibration set').toContainText(
    'There is no training set',
  );
  await expect(status).toContainText('Done', { timeout: 90_000 });
  const losses = page.locator('.recovery .chart').filter({ hasText: 'Loss while training' });
  await expect(losses.locator('.plot-empty')).toHaveCount(0);
  expect(await studio.violations(), 'with a recovery').toEqual([]);

  await page.getByRole('tab', { name: 'Networks' }).click();
  const rows = page.locator('.networks tbody tr');
  await expect(rows.first()).toContainText('Unpruned');
  await expect(rows.nth(1)).toContainText('Run 1');
  expect(await rows.count()).toBeGreaterThanOrEqual(5);
  expect(await studio.violations(), 'with networks').toEqual([]);
  const waiting = page.waitForEvent('download');
  await rows.last().getByRole('button', { name: /^Save/ }).click();
  expect((await waiting).suggestedFilename()).toMatch(/\.onnx$/);

  await page.getByRole('tab', { name: 'Predictions' }).click();
  await expect(page.locator('.sample')).toHaveCount(6, { timeout: 30_000 });
  const answers = () => page.locator('.sample-loss').allInnerTexts();
  const pruned = await answers();
  await page.getByLabel('Network compared').selectOption('Recovery 1, least squares');
  await expect.poll(answers, 'the recovered network has answers of its own').not.toEqual(pruned);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a run that recovered as it went is there after a reload, with its weights', async ({
  studio,
  page,
}) => {
  await studio.open();
  await studio.useBackend('wasm');
  const recover = { when: 'each-commit', methods: ['least-squares'] };
  await studio.drop([
    projectFile(`${golden}model.onnx`),
    projectFile(`${golden}calibration.npz`),
    quickRecipe(16, [0.2], { recover }),
  ]);
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  await expect(studio.button('Run')).toBeEnabled();
  await studio.button('Run').click();
  await expect(studio.status).toContainText('Done', { timeout: 60_000 });
  const pruned = await studio.download('Pruned model');

  await page.reload();
  await expect(studio.status).toContainText('A recorded run', { timeout: 60_000 });
  await expect(page.getByLabel('δ as a number'), 'and so are the settings').toHaveValue('0.1');
  await expect(page.getByRole('button', { name: 'Pruned model' })).toBeEnabled({ timeout: 60_000 });
  const again = await studio.download('Pruned model');
  expect(Buffer.compare(again.bytes, pruned.bytes), 'the same to the byte').toBe(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

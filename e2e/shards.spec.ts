import { expect, test } from './studio-page';

test('with cores to spare, the calibration set is split over workers, which go when they are done with', async ({
  studio,
  page,
}) => {
  await page.route('**/studio.worker*', async (route) => {
    const response = await route.fetch();
    const cores = "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 3 });\n";
    await route.fulfill({ response, body: cores + (await response.text()) });
  });
  await studio.open();
  await studio.useBackend('wasm');
  await expect(page.getByLabel('Backend')).toHaveAttribute('title', /split over up to 2 workers/);
  await studio.button('Step').click();
  await expect(studio.status).toContainText('· 1 evaluation ·', { timeout: 60_000 });
  expect(page.workers()).toHaveLength(1 + 2);
  await studio.button('Step').click();
  await expect(studio.status).toContainText('2 evaluations', { timeout: 60_000 });
  await studio.button('Stop').click();
  await expect(studio.status).toContainText('Stopped', { timeout: 30_000 });
  await page.getByLabel('Backend').selectOption('auto');
  await expect.poll(() => page.workers().length).toBe(1);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

import { expect, projectFile, test } from './studio-page';

const gallery = [
  { title: 'Digit detector', name: 'detector', tasks: ['heat', 'size', 'offset', 'segments'] },
  { title: 'Rooms', name: 'rooms', tasks: ['segments', 'depth', 'normals', 'edges'] },
] as const;

/** The demo's own recipe on a few samples and ratios, so that a run takes seconds. */
function quickRecipe(name: string) {
  const { bytes } = projectFile(`public/demo/${name}/recipe.json`);
  const recipe = JSON.parse(new TextDecoder().decode(bytes)) as { calibration: object; method: object };
  const quick = {
    ...recipe,
    calibration: { ...recipe.calibration, limit: 8 },
    method: { ...recipe.method, ratios: [0.25] },
  };
  return { name: 'recipe.json', bytes: new TextEncoder().encode(JSON.stringify(quick)) };
}

for (const { title, name, tasks } of gallery) {
  test(`the gallery opens ${name} with a recorded run, and it runs to the end`, async ({ studio, page }) => {
    await studio.open();
    await studio.useBackend('wasm');
    await page.getByRole('button', { name: title, exact: true }).click();
    await expect(page.locator('.rail.left')).toContainText(`${name}.onnx`, { timeout: 30_000 });
    for (const task of tasks)
      await expect(page.getByRole('group', { name: task, exact: true })).toBeVisible();
    await expect(studio.status).toContainText('A recorded run');
    await expect(page.locator('.rail.right')).toContainText(/−\d+\s%/);

    await studio.drop([quickRecipe(name)]);
    await studio.button('Run exactly').click();
    await expect(studio.status).toContainText('Done', { timeout: 150_000 });
    await expect(page.locator('.rail.right')).toContainText(/−\d+\s%/);
    await page.getByText('Corrected · L1').click();
    await expect(page.getByLabel('Recover after every commit')).toBeChecked();
    const { name: file } = await studio.download('Pruned model');
    expect(file).toBe(`${name}-pruned.onnx`);
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
}

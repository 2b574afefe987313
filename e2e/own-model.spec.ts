import { quickRecipe } from './recipes';
import { expect, projectFile, test } from './studio-page';

const golden = 'src/testing/golden/vggmulti/';
const model = () => projectFile(`${golden}model.onnx`);
const calibration = () => projectFile(`${golden}calibration.npz`);

test('a person drops a model and a calibration set, runs, and takes the pruned model away and back in', async ({
  studio,
  page,
}) => {
  await studio.open();
  await studio.useBackend('wasm');
  await studio.drop([model(), calibration()]);
  await expect(studio.status).toContainText('Ready');
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  await expect(page.getByRole('group', { name: 'left' })).toBeVisible();
  await studio.drop([quickRecipe(64, [0.1, 0.2, 0.3])]);
  await studio.button('Run').click();
  await expect(studio.status).toContainText('Done', { timeout: 60_000 });
  await expect(page.getByText('Layer stopped:').first()).toBeVisible();

  const { name, bytes } = await studio.download('Pruned model');
  expect(name).toBe('model-pruned.onnx');
  expect(bytes.length).toBeLessThan(model().bytes.length);
  await studio.drop([{ name, bytes }]);
  await expect(page.locator('.rail.left')).toContainText('model-pruned.onnx');
  await expect(page.locator('.rail.left .problem')).toHaveCount(0);
});

test('a broken model file is refused in a sentence, and what was there stays', async ({ studio, page }) => {
  await studio.open();
  await studio.drop([model(), calibration()]);
  await expect(studio.status).toContainText('Ready');
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  const broken = { name: 'broken.onnx', bytes: model().bytes.slice(0, 5000) };
  await studio.drop([broken]);
  await expect(page.getByRole('alert').filter({ hasText: 'broken.onnx' })).toBeVisible();
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  await expect(studio.button('Run')).toBeEnabled();
});

test('a label mismatch is caught before the run, with what to do', async ({ studio, page }) => {
  await studio.open();
  await studio.drop([model(), calibration()]);
  await expect(studio.status).toContainText('Ready');
  const left = page.getByRole('group', { name: 'left' });
  await left.getByRole('combobox', { name: 'Labels' }).selectOption('x');
  const problem = left.getByRole('alert');
  await expect(problem).toBeVisible();
  await expect(studio.button('Run')).toBeDisabled();
  await left.getByRole('combobox', { name: 'Labels' }).selectOption('left');
  await expect(problem).toHaveCount(0);
  await expect(studio.button('Run')).toBeEnabled();
});

test('a network with one layer to prune, or none, says what to set', async ({ studio, page }) => {
  await studio.open();
  await studio.drop([model(), calibration()]);
  await expect(studio.status).toContainText('Ready');
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  await expect(studio.button('Run')).toBeEnabled();
  const layers = page.locator('.layer-list').getByRole('checkbox');
  const count = await layers.count();
  for (let layer = 1; layer < count; layer += 1) await layers.nth(layer).uncheck();
  const problem = page.locator('.rail.right').getByRole('alert');
  await expect(problem).toContainText('it then follows from δ');
  await page.locator('.threshold').filter({ hasText: 'α' }).getByRole('button', { name: 'free' }).click();
  await expect(problem).toHaveCount(0);
  await expect(studio.button('Run')).toBeEnabled();
  await layers.first().uncheck();
  await expect(problem).toContainText('No layer can be pruned');
  await expect(studio.button('Run')).toBeDisabled();
});

test('WebGPU on a software adapter decides as WASM does', async ({ studio, page }) => {
  await studio.open();
  await studio.drop([model(), calibration()]);
  await expect(studio.status).toContainText('Ready');
  await studio.drop([quickRecipe(8, [0.3])]);
  const losses: string[] = [];
  for (const backend of ['wasm', 'webgpu'] as const) {
    await studio.useBackend(backend);
    await studio.button('Run').click();
    await expect(studio.status).toContainText('Done', { timeout: 150_000 });
    losses.push(
      await page
        .locator('.outcome')
        .allInnerTexts()
        .then((texts) => texts.join('\n')),
    );
    await expect(page.getByLabel('Backend')).toHaveValue(backend);
  }
  expect(losses[1]).toBe(losses[0]);
});

test('twenty runs leave the memory as it was', async ({ studio, page }) => {
  await studio.open();
  await studio.useBackend('wasm');
  await studio.drop([model(), calibration()]);
  await expect(page.locator('.rail.left')).toContainText('model.onnx');
  const inUse = page.locator('.memory-in-use');
  const seen: { readonly held: string; readonly heap: number; readonly page: number }[] = [];
  for (let run = 0; run < 20; run += 1) {
    // Another set each time, so that nothing is remembered; at most two sets' sessions live at once.
    await studio.drop([quickRecipe(8 + (run % 4), [0.4])]);
    await expect(studio.button('Run exactly').or(studio.button('Run'))).toBeEnabled();
    await page.keyboard.press('Space');
    await expect(studio.status).toContainText('Done', { timeout: 60_000 });
    await expect(inUse).toContainText('tensors');
    if (run % 4 === 3) {
      const words = await inUse.innerText();
      seen.push({
        held: /[\d\s]+ tensors, [^,]+/.exec(words)?.[0] ?? words,
        heap: Number(/heap ([\d.]+)/.exec(words)?.[1]),
        page: await studio.pageHeap(),
      });
    }
    await studio.button('Reset').click();
    await expect(studio.status).toContainText('Ready');
  }
  console.log('memory after every fourth run:', JSON.stringify(seen));
  // The WASM heap settles while the largest of the sets are met for the first time.
  const [first, settled, ...later] = seen;
  expect(settled?.held).toBe(first?.held);
  for (const { held, heap, page: bytes } of later) {
    expect(held).toBe(first?.held);
    expect(heap).toBe(settled?.heap);
    expect(bytes).toBeLessThan((first?.page ?? 0) + 20e6);
  }
});

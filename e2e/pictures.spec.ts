import { readCalibration } from '../src/calibration';
import { jsonFile, plainJpeg, png, textFile } from '../src/images/testing/pictures';
import { expect, projectFile, test } from './studio-page';

const golden = 'src/testing/golden/vggmulti/';
const model = () => projectFile(`${golden}model.onnx`);

/** The golden set's first images as PNGs with a table of their labels. */
function digits(count: number) {
  const { arrays } = readCalibration([projectFile(`${golden}calibration.npz`)]);
  const of = (name: string) => arrays.get(name)?.data ?? new Uint8Array();
  const names = Array.from({ length: count }, (_, i) => `digit-${i}.png`);
  const table = names.map((name, i) => `${name},${of('left')[i] ?? ''},${of('right')[i] ?? ''}`);
  return [
    ...names.map((name, i) => png(name, 36, 36, [...of('x').subarray(i * 1296, (i + 1) * 1296)])),
    textFile('labels.csv', ['file,left,right', ...table].join('\n')),
  ];
}

test('pictures with a table of labels are shown as the network sees them, and run', async ({
  studio,
  page,
}) => {
  await studio.open();
  await studio.useBackend('wasm');
  await studio.drop([model(), ...digits(40)]);
  const rail = page.locator('.rail.left');
  await expect(rail).toContainText('40 pictures · 40 samples');
  await expect(rail.getByRole('img', { name: /digit-\d+\.png: left \d, right \d/ })).toHaveCount(6);
  await expect(rail).toContainText('Numbers from 0 to 1');
  await rail.getByRole('button', { name: 'Later samples' }).click();
  await expect(rail).toContainText('Samples 7 to 12 of 40.');
  await expect(
    page.getByRole('group', { name: 'left' }).getByRole('combobox', { name: 'Labels' }),
  ).toHaveValue('left');
  await expect(studio.button('Run')).toBeEnabled();
  expect(await studio.violations()).toEqual([]);
});

test('preprocessing that is wrong is seen and said', async ({ studio, page }) => {
  await studio.open();
  await studio.drop([model(), ...digits(40)]);
  const rail = page.locator('.rail.left');
  await expect(rail).toContainText('40 pictures');
  await rail.locator('summary', { hasText: '0 to 1: x·' }).click();
  await rail.getByRole('textbox', { name: 'Mean' }).fill('40');
  await rail.getByRole('textbox', { name: 'Mean' }).press('Enter');
  await expect(rail).toContainText('Few networks are trained on numbers this large');
  await expect(rail.getByRole('status').filter({ hasText: 'hardly better' }).first()).toBeVisible();
  await rail.getByRole('combobox', { name: 'Preset' }).selectOption('0 to 1');
  await expect(rail.getByRole('status').filter({ hasText: 'hardly better' })).toHaveCount(0);
});

test('photos are decoded by the browser, with their boxes', async ({ studio, page }) => {
  await studio.open();
  const coco = jsonFile('coco.json', {
    images: [{ id: 1, file_name: 'a.jpg' }],
    categories: [{ id: 1, name: 'kite' }],
    annotations: [{ id: 5, image_id: 1, category_id: 1, bbox: [0, 0, 36, 36] }],
  });
  await studio.drop([model(), plainJpeg('a.jpg', 72, 72, [200, 200, 200]), coco]);
  const rail = page.locator('.rail.left');
  await expect(rail.getByRole('img', { name: 'a.jpg: kite' })).toBeVisible();
  await rail.locator('summary', { hasText: 'x·' }).click();
  await expect(rail).toContainText('boxes: float32 [1, 1, 4], 0 … 18');
  await expect(rail).toContainText('image: uint8 [1, 36, 36, 1], 200 … 200');
});

test('a label that cannot be used is named with its record', async ({ studio, page }) => {
  await studio.open();
  const [one] = digits(1);
  if (!one) throw new Error('There is one.');
  await studio.drop([model(), one, textFile('labels.csv', 'file,left\ndigit-0.png,1\ndigit-0.png,2\n')]);
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: 'labels.csv, line 3: "digit-0.png" is labelled already in line 2.' }),
  ).toBeVisible();
});

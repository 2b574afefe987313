import { expect, it } from 'vitest';
import type { CalibrationSpec } from './calibration';
import { presetOf, presets, withPreset } from './presets';

const plain: CalibrationSpec = {
  file: 'set',
  input: 'image',
  layout: 'NHWC',
  scale: 1 / 255,
  mean: [0],
  std: [1],
  limit: 100,
};

it.each(presets.map((preset) => [preset.id, preset] as const))(
  'a spec with the preset %s is told to have it',
  (id, preset) => {
    const spec = withPreset(plain, preset, 224);
    expect(presetOf(spec, 224, true)?.id).toBe(id);
    expect(spec).toMatchObject({ file: 'set', limit: 100 });
  },
);

it('nothing of one preset is left in the next, and own numbers are none', () => {
  const [unit, , torchvision] = presets;
  if (!unit || !torchvision) throw new Error('There are presets.');
  expect(withPreset(plain, torchvision, 224)).toMatchObject({ size: 256, fit: 'centre-crop' });
  expect(withPreset(withPreset(plain, torchvision, 224), unit, 224)).toEqual(withPreset(plain, unit, 224));
  expect(presetOf({ ...plain, scale: 0.1 }, 224, true)).toBeUndefined();
});

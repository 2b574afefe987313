import { expect, it } from 'vitest';
import { layerName, plural, shorten } from './names';

it('calls a layer by its name, not by its kernel', () => {
  expect(layerName('stem.0.weight')).toBe('stem.0');
  expect(layerName('block1/conv/kernel:0')).toBe('block1/conv');
  expect(layerName('conv2d_3')).toBe('conv2d_3');
  expect(layerName('weight')).toBe('weight');
});

it('keeps both ends of a long name', () => {
  expect(shorten('backbone.layer4.2.conv3', 11)).toBe('backb…conv3');
  expect(shorten('fc1', 11)).toBe('fc1');
});

it('counts', () => {
  expect(plural(1, 'channel')).toBe('1 channel');
  expect(plural(3, 'channel')).toBe('3 channels');
});

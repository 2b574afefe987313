import { describe, expect, it } from 'vitest';
import { fitImage, type ImageFit } from './fit';
import { fitGeometry, mapX, mapY } from './geometry';
import type { Raster } from './raster';
import { nearestMap } from './resample';

const plain: ImageFit = { fit: 'resize', size: null, interpolation: 'antialias', channels: 'rgb', pad: 114 };
const grey = (width: number, height: number, data: readonly number[]): Raster => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
});
const square = (side: number) => ({ width: side, height: side });

describe('where a picture comes to lie', () => {
  it('is where torchvision puts it: Resize(256), CenterCrop(224)', () => {
    expect(fitGeometry({ width: 640, height: 480 }, square(224), 'centre-crop', 256)).toMatchObject({
      scaled: { width: 341, height: 256 },
      left: -58, // round(58.5) in Python
      top: -16,
    });
  });

  it('is in the middle of what a letterbox leaves open', () => {
    const wide = fitGeometry({ width: 640, height: 427 }, square(416), 'letterbox', null);
    expect(wide).toMatchObject({ scaled: { width: 416, height: 278 }, left: 0, top: 69 });
    expect([mapX(wide, 640), mapY(wide, 427)]).toEqual([416, 347]);
  });

  it('covers the whole input when it is cropped without a size', () => {
    const { scaled, left, top } = fitGeometry({ width: 30, height: 20 }, square(10), 'centre-crop', null);
    expect({ scaled, left, top }).toEqual({ scaled: { width: 15, height: 10 }, left: -2, top: 0 });
  });
});

describe('fitImage', () => {
  it('weights as PIL does when it scales down, and rounds to whole numbers in each direction', () => {
    const row = fitImage(grey(4, 1, [10, 20, 30, 40]), { width: 2, height: 1, channels: 1 }, plain);
    // (3·10 + 3·20 + 30)/7 and (20 + 3·30 + 3·40)/7
    expect([...row.data]).toEqual([17, 33]);
    const column = fitImage(grey(1, 4, [10, 20, 30, 40]), { width: 1, height: 2, channels: 1 }, plain);
    expect([...column.data]).toEqual([17, 33]);
  });

  it('takes two pixels each way where OpenCV would', () => {
    const row = fitImage(
      grey(4, 1, [10, 20, 30, 40]),
      { width: 2, height: 1, channels: 1 },
      { ...plain, interpolation: 'bilinear' },
    );
    expect([...row.data]).toEqual([15, 35]);
  });

  it('scales up between pixels and keeps the edges', () => {
    const row = fitImage(grey(2, 1, [0, 100]), { width: 4, height: 1, channels: 1 }, plain);
    expect([...row.data]).toEqual([0, 25, 75, 100]);
  });

  it('pads a letterbox, and cuts the middle out', () => {
    const wide = grey(4, 2, [1, 2, 3, 4, 5, 6, 7, 8]);
    const boxed = fitImage(
      wide,
      { width: 4, height: 4, channels: 1 },
      { ...plain, fit: 'letterbox', pad: 9 },
    );
    expect([...boxed.data]).toEqual([9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9]);
    const cut = fitImage(wide, { width: 2, height: 2, channels: 1 }, { ...plain, fit: 'centre-crop' });
    expect([...cut.data]).toEqual([2, 3, 6, 7]);
  });

  it('gives the colours that the network wants', () => {
    const colour: Raster = { width: 1, height: 1, channels: 4, data: Uint8Array.of(200, 100, 50, 128) };
    const as = (channels: number, order: 'rgb' | 'bgr') => [
      ...fitImage(colour, { width: 1, height: 1, channels }, { ...plain, channels: order }).data,
    ];
    expect(as(3, 'rgb')).toEqual([200, 100, 50]);
    expect(as(3, 'bgr')).toEqual([50, 100, 200]);
    expect(as(1, 'rgb')).toEqual([124]); // .299 R + .587 G + .114 B
    expect([...fitImage(grey(1, 1, [7]), { width: 1, height: 1, channels: 3 }, plain).data]).toEqual([
      7, 7, 7,
    ]);
  });
});

it('label maps take the nearest pixel, and nothing where there is no picture', () => {
  const map = { width: 4, height: 2, data: Uint8Array.of(1, 1, 2, 2, 3, 3, 4, 4) };
  const geometry = fitGeometry({ width: 4, height: 2 }, square(2), 'letterbox', null);
  expect([...nearestMap(map, geometry, 255)]).toEqual([3, 4, 255, 255]);
});

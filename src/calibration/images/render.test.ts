import { describe, expect, it } from 'vitest';
import { imageDecoder } from '../../images/decoder';
import type { ImageFit } from '../../images/fit';
import { jsonFile, plainPng, png } from '../../images/testing/pictures';
import { readImageSet } from './read';
import { renderImages } from './render';

const decoder = imageDecoder(() => Promise.reject(new Error('no photos here')));
const plain: ImageFit = { fit: 'resize', size: null, interpolation: 'antialias', channels: 'rgb', pad: 0 };

function render(
  files: readonly { name: string; bytes: Uint8Array }[],
  [width, height, channels]: readonly [number, number, number],
  fit: Partial<ImageFit> = {},
) {
  const set = readImageSet('set', files);
  const samples = Int32Array.from(set.samples, (_, index) => index);
  const target = { width, height, channels };
  return renderImages(set, { target, fit: { ...plain, ...fit }, depthScale: 0.001, samples }, decoder);
}

const coco = (...annotations: object[]) =>
  jsonFile('coco.json', {
    images: [{ id: 1, file_name: 'a.png' }],
    categories: [{ id: 1, name: 'thing' }],
    annotations: annotations.map((one, id) => ({ id, image_id: 1, category_id: 1, ...one })),
  });

describe('renderImages', () => {
  it('carries boxes, keypoints and masks along into a letterbox', async () => {
    const annotation = {
      bbox: [2, 1, 4, 2],
      segmentation: [[2, 1, 6, 1, 6, 3, 2, 3]],
      keypoints: [4, 2, 2, 0, 0, 0],
    };
    // 8×4 to 4×4: half the size, one row open above and below.
    const { arrays } = await render([plainPng('a.png', 8, 4, [9, 9, 9]), coco(annotation)], [4, 4, 3], {
      fit: 'letterbox',
      pad: 1,
    });
    expect(arrays.get('image')).toMatchObject({ dtype: 'uint8', shape: [1, 4, 4, 3] });
    expect([...(arrays.get('boxes')?.data ?? [])]).toEqual([1, 1.5, 3, 2.5]);
    expect([...(arrays.get('classes')?.data ?? [])]).toEqual([0]);
    expect(arrays.get('keypoints')).toMatchObject({
      shape: [1, 1, 2, 3],
      data: Float32Array.of(2, 2, 2, 0, 0, 0),
    });
    // Pixel centres at 1.5 lie on the polygon's upper edge and belong to it; those at 2.5 on the lower do not.
    expect([...(arrays.get('mask')?.data ?? [])]).toEqual([
      255, 255, 255, 255, 0, 1, 1, 0, 0, 0, 0, 0, 255, 255, 255, 255,
    ]);
  });

  it('cuts boxes at the edges of a crop, and leaves out what is gone', async () => {
    const { arrays } = await render(
      [plainPng('a.png', 8, 4, [9, 9, 9]), coco({ bbox: [0, 0, 4, 4] }, { bbox: [0, 0, 1, 1] })],
      [4, 4, 3],
      { fit: 'centre-crop' },
    );
    expect([...(arrays.get('boxes')?.data ?? [])]).toEqual([0, 0, 2, 4]);
    expect([...(arrays.get('classes')?.data ?? [])]).toEqual([0]);
  });

  it('draws runs down the columns, and crowds as nothing to learn', async () => {
    const { arrays } = await render(
      [
        plainPng('a.png', 3, 2, [9, 9, 9]),
        coco(
          { bbox: [1, 0, 1, 2], segmentation: { size: [2, 3], counts: [2, 2, 2] } },
          { bbox: [2, 1, 1, 1], segmentation: { size: [2, 3], counts: [5, 1] }, iscrowd: 1 },
        ),
      ],
      [3, 2, 3],
    );
    expect([...(arrays.get('mask')?.data ?? [])]).toEqual([0, 1, 0, 0, 1, 255]);
    expect([...(arrays.get('boxes')?.data ?? [])]).toEqual([1, 0, 2, 2]);
  });

  it('fits label maps to their pictures, depth in its unit', async () => {
    const files = [
      plainPng('rgb/1.png', 4, 2, [1, 2, 3]),
      png('seg/1.png', 4, 2, [1, 1, 2, 2, 3, 3, 255, 255]),
      png('depth/1.png', 2, 1, [1500, 500], { depth: 16 }),
    ];
    const { arrays } = await render(files, [2, 2, 3], { fit: 'letterbox' });
    expect(arrays.get('mask')).toMatchObject({ dtype: 'uint8', shape: [1, 2, 2] });
    expect([...(arrays.get('mask')?.data ?? [])]).toEqual([3, 255, 255, 255]);
    expect(arrays.get('depth')).toMatchObject({ dtype: 'float32', data: Float32Array.of(1.5, 0.5, 0, 0) });
  });

  it('names the picture or the map that cannot be used', async () => {
    const cut = { name: 'set/cut.png', bytes: plainPng('', 4, 4, [1, 2, 3]).bytes.subarray(0, 60) };
    await expect(render([cut], [4, 4, 3])).rejects.toThrow(/^set\/cut\.png: the picture cannot be decoded/);
    const other = [plainPng('rgb/1.png', 4, 2, [1, 2, 3]), png('seg/1.png', 2, 8, Array<number>(16).fill(1))];
    await expect(render(other, [4, 4, 3])).rejects.toThrow('seg/1.png: it is 2×8, but its picture is 4×2.');
    const small = plainPng('a.png', 4, 4, [1, 2, 3]);
    await expect(render([small], [4, 4, 3], { fit: 'centre-crop', size: 3 })).rejects.toThrow(
      'Give a size of at least 4',
    );
  });

  it('says how far it is, and ends where that is refused', async () => {
    const set = readImageSet('set', [plainPng('a.png', 1, 1, [1, 2, 3]), plainPng('b.png', 1, 1, [1, 2, 3])]);
    const request = {
      target: { width: 1, height: 1, channels: 3 },
      fit: plain,
      depthScale: 1,
      samples: Int32Array.of(0, 1),
    };
    const seen: unknown[] = [];
    await renderImages(set, request, decoder, (...told) => Promise.resolve(void seen.push(told)));
    expect(seen).toEqual([
      ['Decoding pictures', 0, 2],
      ['Decoding pictures', 1, 2],
    ]);
    const givenUp = () => Promise.reject(new Error('given up'));
    await expect(renderImages(set, request, decoder, givenUp)).rejects.toThrow('given up');
  });
});

import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageDecoder } from '../images/decoder';
import { decodeJpeg } from '../images/jpeg';
import { jsonFile, plainJpeg, plainPng, textFile } from '../images/testing/pictures';
import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import { GraphBuilder } from '../graph/builder';
import { guessSpec, openCalibration, renderCalibration } from './source';

const decoder = imageDecoder(({ bytes }) => Promise.resolve(decodeJpeg(bytes)));
const builder = new GraphBuilder();
builder.input('x', [null, 3, 4, 4]);
const graph = builder.build();
const model = { input: graph.inputs[0], layout: 'NCHW' } as const;

const zipped = (name: string, files: readonly NamedBytes[]): NamedBytes => ({
  name,
  bytes: zipSync(Object.fromEntries(files.map((file) => [file.name, file.bytes]))),
});
const animals = [
  plainPng('animals/cat/1.png', 8, 8, [250, 0, 0]),
  plainJpeg('animals/cat/2.jpg', 8, 8, [0, 250, 0]),
  plainPng('animals/dog/1.png', 8, 8, [0, 0, 250]),
  textFile('animals/readme.md', 'Animals.'),
];

describe('a set of pictures', () => {
  it('is the same as a folder and as an archive', async () => {
    const folder = await openCalibration(animals);
    const archive = await openCalibration([zipped('animals.zip', animals)]);
    expect(folder).toMatchObject({ kind: 'images', set: { file: 'animals' } });
    expect(archive).toMatchObject({ kind: 'images', set: { file: 'animals.zip' } });
    const spec = guessSpec(folder, graph, 'NCHW');
    expect(spec).toMatchObject({
      input: 'image',
      fit: 'resize',
      subset: { count: 3, seed: 1, balance: 'class' },
    });
    const [a, b] = await Promise.all(
      [folder, archive].map((source) => renderCalibration(source, spec, model, decoder)),
    );
    expect(a?.arrays).toEqual(b?.arrays);
    expect(a?.arrays.get('image')?.shape).toEqual([3, 4, 4, 3]);
    // Each class in turn.
    expect([...(a?.arrays.get('class')?.data ?? [])]).toEqual([0, 1, 0]);
  });

  it('decodes only what is used', async () => {
    const broken = {
      name: 'animals/dog/2.png',
      bytes: animals[0]?.bytes.subarray(0, 40) ?? new Uint8Array(),
    };
    const source = await openCalibration([...animals, broken]);
    const spec = { ...guessSpec(source, graph, 'NCHW'), limit: 2 };
    const { subset: _, ...first } = spec;
    expect((await renderCalibration(source, first, model, decoder)).arrays.get('image')?.shape[0]).toBe(2);
    await expect(renderCalibration(source, { ...first, limit: 4 }, model, decoder)).rejects.toThrow(
      'dog/2.png',
    );
  });

  it('needs a model that takes pictures', async () => {
    const source = await openCalibration(animals);
    const flat = { input: { id: 'x', name: 'x', shape: [null, 10] }, layout: 'NHWC' } as const;
    const spec = guessSpec(source, graph, 'NCHW');
    await expect(renderCalibration(source, spec, flat, decoder)).rejects.toThrow('which no picture is');
  });
});

describe('damage of any kind', () => {
  const labelled: readonly (readonly NamedBytes[])[] = [
    [
      plainPng('1.png', 4, 4, [1, 2, 3]),
      jsonFile('coco.json', {
        images: [{ id: 1, file_name: '1.png' }],
        categories: [{ id: 1, name: 'a' }],
        annotations: [
          {
            id: 1,
            image_id: 1,
            category_id: 1,
            bbox: [0, 0, 2, 2],
            segmentation: { size: [4, 4], counts: '0@0' },
          },
        ],
      }),
    ],
    [plainJpeg('1.jpg', 4, 4, [1, 2, 3]), textFile('1.txt', '0 0.5 0.5 1 1\n1 0 0 1 0 1 1\n')],
    [
      plainPng('1.png', 4, 4, [1, 2, 3]),
      textFile(
        '1.xml',
        '<annotation><filename>1.png</filename><object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin>' +
          '<xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>',
      ),
    ],
    [plainPng('1.png', 4, 4, [1, 2, 3]), textFile('l.csv', 'file,a,b\n1.png,1,x\n')],
  ];

  it.each(labelled.map((files) => [files[1]?.name ?? '', files] as const))(
    'to %s and its picture gives a set or an InputError',
    async (_, files) => {
      const change = fc.tuple(fc.nat(1), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
          const damaged = files.map(({ name, bytes }) => ({ name, bytes: bytes.slice() }));
          for (const [file, at, value] of changes) {
            const bytes = damaged[file]?.bytes;
            if (bytes) bytes[Math.floor(at * bytes.length)] = value;
          }
          try {
            const source = await openCalibration(damaged);
            if (source.kind !== 'images') return;
            const spec = guessSpec(source, graph, 'NCHW');
            const { arrays } = await renderCalibration(source, spec, model, decoder);
            expect(arrays.get('image')).toBeDefined();
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        }),
        { numRuns: 150 },
      );
    },
  );
});

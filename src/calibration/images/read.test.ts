import { describe, expect, it } from 'vitest';
import { jsonFile, plainPng, png, textFile } from '../../images/testing/pictures';
import type { ImageSet } from './image-set';
import { readImageSet } from './read';

const colour = (name: string) => plainPng(name, 4, 2, [200, 100, 50]);
const mask = (name: string) => png(name, 4, 2, [0, 0, 1, 1, 0, 0, 255, 1]);

function read(...files: readonly { name: string; bytes: Uint8Array }[]): ImageSet {
  return readImageSet('set', files);
}
const names = ({ samples }: ImageSet) => samples.map(({ image }) => image.name);

describe('folders', () => {
  it('give the classes in the order of their names', () => {
    const set = read(colour('set/dog/1.png'), colour('set/cat/2.png'), colour('set/cat/1.png'));
    expect(names(set)).toEqual(['set/cat/1.png', 'set/cat/2.png', 'set/dog/1.png']);
    expect(set.columns).toEqual([{ name: 'class', dtype: 'int32', values: [0, 0, 1] }]);
    expect(set.classNames.get('class')).toEqual(['cat', 'dog']);
  });

  it('give them by a list of all classes, where there is one', () => {
    const classes = textFile('set/classes.txt', 'bird\ncat\ndog\n');
    expect(read(colour('set/dog/1.png'), colour('set/cat/1.png'), classes).columns[0]?.values).toEqual([
      1, 2,
    ]);
  });

  it('without classes give only pictures, and say what was not understood', () => {
    const set = read(colour('b.png'), colour('a.png'), textFile('labels.csv', 'x,1\ny,2\n'));
    expect(names(set)).toEqual(['a.png', 'b.png']);
    expect(set.notes).toEqual(['labels.csv: not understood as labels of these pictures, and left aside.']);
  });
});

describe('a table', () => {
  const pictures = [colour('set/a.png'), colour('set/b.png')];

  it('names pictures, with or without their endings, and gives a column for each label', () => {
    const table = textFile('set/l.csv', 'id,kind,age,score\na,"dog, big",3,0.5\nb,cat,4,1\n');
    const set = read(...pictures, table);
    expect(set.columns).toEqual([
      { name: 'kind', dtype: 'int32', values: [1, 0] },
      { name: 'age', dtype: 'int32', values: [3, 4] },
      { name: 'score', dtype: 'float32', values: [0.5, 1] },
    ]);
    expect(set.classNames.get('kind')).toEqual(['cat', 'dog, big']);
  });

  it('may have tabs and no heading, and name pictures that are not there', () => {
    const set = read(...pictures, textFile('l.tsv', 'b.png\t7\nz.png\t9\n'));
    expect(names(set)).toEqual(['set/b.png']);
    expect(set.columns).toEqual([{ name: 'label', dtype: 'int32', values: [7] }]);
    expect(set.notes).toEqual(['l.tsv: 1 of 2 lines name pictures that are not there.']);
  });

  it.each([
    ['a missing label', 'f,x\na.png,1\nb.png,\n', 'l.csv, line 3, column "x": there is no label.'],
    ['a slip', 'f,x\na.png,1\nb.png,4O\n', 'l.csv, line 3, column "x": "4O" is no number'],
    ['a short line', 'f,x,y\na.png,1,2\nb.png,1\n', 'l.csv, line 3: it has 2 columns instead of 3.'],
    ['a picture twice', 'f,x\na.png,1\na.png,2\n', 'l.csv, line 3: "a.png" is labelled already in line 2.'],
    ['an open quotation', 'f,x\na.png,"1\nb.png,2\n', 'l.csv, line 2: a quotation mark is not closed.'],
  ])('is refused for %s', (_, text, message) => {
    expect(() => read(...pictures, textFile('l.csv', text))).toThrow(message);
  });
});

describe('COCO', () => {
  const pictures = [colour('val/1.png'), colour('val/2.png')];
  const coco = (annotation: object, more: object = {}) =>
    jsonFile('instances.json', {
      images: [
        { id: 10, file_name: '1.png', width: 4, height: 2 },
        { id: 11, file_name: '2.png', width: 4, height: 2 },
        { id: 12, file_name: 'elsewhere.png', width: 4, height: 2 },
      ],
      categories: [
        { id: 7, name: 'dog' },
        { id: 3, name: 'cat' },
      ],
      annotations: [
        { id: 99, image_id: 11, category_id: 7, bbox: [1, 0, 2, 1.5], iscrowd: 0, ...annotation },
      ],
      ...more,
    });

  it('gives boxes by their corners, categories by rising id, and pictures without any objects', () => {
    const set = read(...pictures, coco({ segmentation: [[0, 0, 4, 0, 4, 2]], keypoints: [1, 1, 2] }));
    expect(set.classNames.get('classes')).toEqual(['cat', 'dog']);
    expect(set.samples.map(({ objects }) => objects)).toEqual([
      [],
      [
        {
          units: 'pixels',
          category: 1,
          box: [1, 0, 3, 1.5],
          region: { kind: 'polygons', polygons: [[0, 0, 4, 0, 4, 2]] },
          keypoints: [1, 1, 2],
          ignored: false,
        },
      ],
    ]);
    expect(set.notes).toEqual(['instances.json: 1 of its 3 pictures are not there.']);
  });

  it('reads runs as they are counted, and as pycocotools packs them', () => {
    const region = (counts: unknown) =>
      read(...pictures, coco({ segmentation: { size: [2, 4], counts } })).samples[1]?.objects?.[0]?.region;
    expect(region([2, 4, 2])).toEqual({ kind: 'runs', width: 4, height: 2, counts: [2, 4, 2] });
    // "0" is zero; from the fourth run on less the one two before: 4 − 2.
    expect(region('1212')).toEqual(region([1, 2, 1, 4]));
  });

  it.each([
    ['a picture that is not listed', { image_id: 5 }, 'annotation 99: there is no image with the id 5.'],
    [
      'a category that is not listed',
      { category_id: 1 },
      'annotation 99: there is no category with the id 1.',
    ],
    ['a negative box', { bbox: [0, 0, -1, 2] }, 'annotation 99: its box is [0,0,-1,2].'],
    ['an open polygon', { segmentation: [[0, 0, 1]] }, 'annotation 99: one of its polygons'],
    ['runs of another size', { segmentation: { size: [2, 4], counts: [3] } }, 'do not add up to 2×4 pixels'],
    ['huge runs', { segmentation: { size: [1e9, 1e9], counts: 'a' } }, 'the size of its segmentation'],
    ['half a keypoint', { keypoints: [1, 2] }, 'annotation 99: its keypoints are not three numbers each.'],
  ])('is refused for %s', (_, annotation, message) => {
    expect(() => read(...pictures, coco(annotation))).toThrow(message);
  });

  it('is refused cut short, and without any of its pictures', () => {
    const whole = coco({});
    const cut = { name: whole.name, bytes: whole.bytes.subarray(0, 200) };
    expect(() => read(...pictures, cut)).toThrow(/^instances\.json: it is not valid JSON/);
    expect(() => read(colour('x.png'), whole)).toThrow('images: none of its pictures is here.');
  });
});

describe('Pascal VOC', () => {
  const xml = (objects: string, end = '</annotation>') =>
    textFile('Annotations/1.xml', `<annotation><filename>1.png</filename>${objects}${end}`);
  const object = (name: string, box: string, difficult = 0) =>
    `<object><name>${name}</name><difficult>${difficult}</difficult><bndbox>${box}</bndbox></object>`;
  const box = '<xmin>1</xmin><ymin>1</ymin><xmax>4</xmax><ymax>2</ymax>';

  it('counts pixels from 1, numbers its own classes as it does, and leaves the difficult aside', () => {
    const set = read(colour('JPEGImages/1.png'), xml(object('cat', box) + object('dog', box, 1)));
    expect(set.samples[0]?.objects).toMatchObject([
      { category: 7, box: [0, 0, 4, 2], ignored: false },
      { category: 11, ignored: true },
    ]);
  });

  it('numbers other classes in the order of their names', () => {
    const set = read(colour('1.png'), xml(object('wolf', box) + object('lynx', box)));
    expect(set.classNames.get('classes')).toEqual(['lynx', 'wolf']);
  });

  it.each([
    [xml(object('cat', '<xmin>x</xmin>')), '1.xml, object 1 ("cat"): its box is NaN'],
    [xml('<object></object>'), '1.xml, object 1: it has no name.'],
    [xml(object('cat', box), ''), '1.xml: it is cut short.'],
  ])('is refused for a record that cannot be used', (file, message) => {
    expect(() => read(colour('1.png'), file)).toThrow(message);
  });

  it('takes the class map of a palette beside the boxes', () => {
    const palette = Array.from({ length: 256 }, (_, i) => [i, 0, 0]);
    const classes = png('SegmentationClass/1.png', 4, 2, [0, 0, 7, 7, 0, 0, 255, 7], { palette });
    const instances = png('SegmentationObject/1.png', 4, 2, [0, 0, 1, 1, 0, 0, 255, 1], { palette });
    const set = read(colour('JPEGImages/1.png'), classes, instances, xml(object('cat', box)));
    expect([...(set.samples[0]?.maps ?? [])]).toEqual([['mask', { kind: 'classes', file: classes }]]);
    expect(set.samples[0]?.objects).toHaveLength(1);
  });
});

describe('YOLO', () => {
  const pictures = [colour('images/val/1.png'), colour('images/val/2.png')];
  const label = (text: string) => textFile('labels/val/1.txt', text);

  it('gives boxes in fractions, names from data.yaml, and no objects where there is no file', () => {
    const yaml = textFile('data.yaml', 'names:\n  0: cat\n  1: dog\n');
    const set = read(...pictures, label('1 0.5 0.5 0.25 1\n'), yaml);
    expect(set.classNames.get('classes')).toEqual(['cat', 'dog']);
    expect(
      set.samples.map(({ objects }) => objects?.map(({ category, box, units }) => [category, box, units])),
    ).toEqual([[[1, [0.375, 0, 0.625, 1], 'fractions']], []]);
  });

  it('reads polygons, and keypoints where data.yaml declares them', () => {
    const polygon = read(...pictures, label('0 0 0 1 0 1 0.5\n')).samples[0]?.objects?.[0];
    expect(polygon).toMatchObject({ box: [0, 0, 1, 0.5], region: { polygons: [[0, 0, 1, 0, 1, 0.5]] } });
    const yaml = textFile('data.yaml', 'names: [man]\nkpt_shape: [2, 3]\n');
    const posed = read(...pictures, label('0 0.5 0.5 1 1 0.1 0.2 2 0 0 0'), yaml).samples[0]?.objects?.[0];
    expect(posed?.keypoints).toEqual([0.1, 0.2, 2, 0, 0, 0]);
  });

  it.each([
    ['0 .5 .5 1 1\n0 .5 .5 1\n', '1.txt, line 2: it has 4 numbers.'],
    ['0 .5 .5 1 1\ncat .5 .5 1 1\n', '1.txt, line 2: not all of it are numbers.'],
    ['0 120 80 64 64\n', '1.txt, line 1: 120 is no fraction of the picture.'],
    ['3 .5 .5 1 1\n', '1.txt, line 1: class 3 is not among the 2'],
  ])('is refused for %j', (text, message) => {
    const yaml = textFile('data.yaml', 'names: [cat, dog]');
    expect(() => read(...pictures, label(text), yaml)).toThrow(message);
  });
});

describe('label maps', () => {
  it('are found in folders of their own or by an ending, and depth by its bits', () => {
    const depth = png(
      'set/depth/1.png',
      4,
      2,
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * 1000),
      { depth: 16 },
    );
    const set = read(colour('set/rgb/1.png'), mask('set/seg/1_mask.png'), depth);
    expect(names(set)).toEqual(['set/rgb/1.png']);
    expect([...(set.samples[0]?.maps ?? [])].map(([name, { kind }]) => [name, kind])).toEqual([
      ['depth', 'numbers'],
      ['mask', 'classes'],
    ]);
  });

  it('of grey pictures are told by the name of their folder alone', () => {
    const grey = png('set/images/1.png', 4, 2, Array<number>(8).fill(9));
    const set = read(grey, mask('set/masks/1.png'));
    expect(names(set)).toEqual(['set/images/1.png']);
    expect([...(set.samples[0]?.maps.keys() ?? [])]).toEqual(['mask']);
  });

  it('of several kinds are called by their folders', () => {
    const set = read(colour('in/1.png'), mask('parts/1.png'), mask('saliency/1.png'));
    expect([...(set.samples[0]?.maps.keys() ?? [])].sort()).toEqual(['parts', 'saliency']);
  });

  it('may be missing for some pictures, which are left out', () => {
    const set = read(colour('in/1.png'), colour('in/2.png'), mask('masks/1.png'));
    expect(names(set)).toEqual(['in/1.png']);
    expect(set.notes).toEqual(['1 of 2 pictures have no label map and are left out.']);
  });

  it('are not made of grey pictures in class folders', () => {
    const grey = (name: string) => png(name, 2, 1, [1, 2]);
    const set = read(grey('digits/0/1.png'), grey('digits/1/1.png'), grey('digits/1/2.png'));
    expect(set.columns[0]?.values).toEqual([0, 1, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { fixtureModel } from '../testing/fixture-model';
import { blockLength, blockSize, networkLayout, smoothPath, stretched, type PlacedBlock } from './layout';
import { centredBox } from './fit';

const { network } = fixtureModel;

describe('sizes', () => {
  it('grow with the square root of the channels', () => {
    expect(blockLength(64, 64)).toBe(112);
    expect(blockLength(16, 64) - 20).toBeCloseTo((blockLength(64, 64) - 20) / 2);
  });

  it('lie along the screen’s short side', () => {
    const stem = network.blocks.find(({ id }) => id === 'stem.0');
    if (!stem) throw new Error('The fixture has a stem.');
    expect(blockSize(stem, 64, 'LR')).toEqual({ width: 16, height: 66 });
    expect(blockSize(stem, 64, 'TB')).toEqual({ width: 66, height: 16 });
  });
});

describe('the layout', () => {
  it.each(['LR', 'TB'] as const)('keeps the blocks apart and within its size, %s', async (direction) => {
    const { blocks, width, height } = await networkLayout(network, direction);
    expect(blocks).toHaveLength(network.blocks.length);
    for (const block of blocks) {
      expect(left(block)).toBeGreaterThanOrEqual(0);
      expect(left(block) + block.width).toBeLessThanOrEqual(width);
      expect(top(block)).toBeGreaterThanOrEqual(0);
      expect(top(block) + block.height).toBeLessThanOrEqual(height);
      const touching = blocks.filter((other) => other !== block && overlap(block, other));
      expect(touching.map(({ block: { id } }) => id)).toEqual([]);
    }
  });

  it('runs from the input to the outputs, in reading order', async () => {
    const { blocks } = await networkLayout(network, 'LR');
    const names = blocks.map(({ block }) => block.id);
    expect(names[0]).toBe('x');
    expect(names.slice(-2).sort()).toEqual(['left', 'right']);
    expect(names.indexOf('stem.0')).toBeLessThan(names.indexOf('add 0'));
  });

  it('can be stretched, with the edges', async () => {
    const tight = await networkLayout(network, 'LR');
    const wide = stretched(tight, 1.5);
    expect(wide.width).toBe(tight.width * 1.5);
    expect(wide.blocks[3]).toEqual({ ...tight.blocks[3], x: (tight.blocks[3]?.x ?? 0) * 1.5 });
    for (const { from, points } of wide.edges) {
      const block = wide.blocks.find(({ block: { id } }) => id === from);
      expect(Math.abs((points[0]?.x ?? 0) - (block?.x ?? 0))).toBeLessThanOrEqual(
        (block?.width ?? 0) / 2 + 1e-6,
      );
    }
  });

  it('is worked out once', () => {
    expect(networkLayout(network, 'LR')).toBe(networkLayout(network, 'LR'));
  });
});

it('bends edges at the points between', () => {
  const [a, b, c] = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
  ] as const;
  expect(smoothPath([a, c])).toBe('M0,0L10,10');
  expect(smoothPath([a, b, c])).toBe('M0,0Q10,0 10,10');
  expect(smoothPath([a, b, { x: 20, y: 0 }, c])).toBe('M0,0Q10,0 15,0Q20,0 10,10');
  expect(smoothPath([])).toBe('');
});

it('centres a drawing that is smaller than its frame', () => {
  expect(centredBox({ width: 100, height: 50 }, 1, 200, 51)).toBe('-50 0 200 50');
  expect(centredBox({ width: 100, height: 50 }, 4, 200, 101)).toBe('0 0 100 50');
});

const left = ({ x, width }: PlacedBlock) => x - width / 2;
const top = ({ y, height }: PlacedBlock) => y - height / 2;

function overlap(a: PlacedBlock, b: PlacedBlock): boolean {
  return (
    left(a) < left(b) + b.width &&
    left(b) < left(a) + a.width &&
    top(a) < top(b) + b.height &&
    top(b) < top(a) + a.height
  );
}

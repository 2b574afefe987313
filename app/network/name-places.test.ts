import { describe, expect, it } from 'vitest';
import { fixtureModel } from '../testing/fixture-model';
import { networkLayout } from './layout';
import { namePlaces } from './name-places';

describe('names', () => {
  it.each(['LR', 'TB'] as const)('find places in the drawing, at a scale of one, %s', async (direction) => {
    const layout = await networkLayout(fixtureModel.network, direction);
    const places = namePlaces(layout.blocks, layout, 1);
    const named = layout.blocks.filter(({ block }) => block.kind !== 'join');
    expect(places.size).toBe(named.length);
    for (const { x, y } of places.values()) {
      expect(x).toBeGreaterThan(-2);
      expect(x).toBeLessThan(layout.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(layout.height);
    }
  });

  it('are left out where they would lie on each other', async () => {
    const layout = await networkLayout(fixtureModel.network, 'LR');
    expect(namePlaces(layout.blocks, layout, 0.1).size).toBeLessThan(layout.blocks.length / 2);
  });

  it('of one letter stand upright', async () => {
    const layout = await networkLayout(fixtureModel.network, 'LR');
    expect(namePlaces(layout.blocks, layout, 1).get('x')).toMatchObject({ text: 'x', angle: 0 });
  });
});

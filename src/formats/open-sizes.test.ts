import { describe, expect, it } from 'vitest';
import { assumedSizes, withUsualSides } from './open-sizes';

describe('sizes that a file leaves open', () => {
  it.each([
    ['channels last', [null, null, null, 3], [null, 256, 256, 3]],
    ['channels first', [null, 3, null, null], [null, 3, 256, 256]],
    ['lines of text', [null, 3, 48, null], [null, 3, 48, 256]],
    ['unknown channels', [null, null, null, null], [null, null, null, null]],
    ['no image', [null, null, 8], [null, null, 8]],
  ])('%s', (_, declared, sized) => {
    expect(withUsualSides(declared)).toEqual(sized);
  });

  it('are told', () => {
    expect(assumedSizes('x', [null, 3, null, 5], [null, 3, 256, 5])).toEqual([
      'The file leaves the size of the input "x" open; 3×256×5 was assumed.',
    ]);
    expect(assumedSizes('x', [null, 3], [null, 3])).toEqual([]);
  });
});

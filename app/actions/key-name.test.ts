import { describe, expect, it } from 'vitest';
import { keyName } from './key-name';

describe('keyName', () => {
  it.each([
    [{ key: ' ', shiftKey: false }, ' '],
    [{ key: 'ArrowRight', shiftKey: true }, 'Shift+ArrowRight'],
    [{ key: 'S', shiftKey: true }, 'Shift+S'],
    [{ key: 's', shiftKey: false }, 's'],
    [{ key: '?', shiftKey: true }, '?'],
  ])('writes %o as %s', (event, name) => {
    expect(keyName(event)).toBe(name);
  });
});

import { describe, expect, it } from 'vitest';
import { readLink, withLinked, writeLink } from './link';
import { defaultMethod } from './studio';

describe('a link', () => {
  it('carries the settings and the demo, and brings them back', () => {
    const { alpha, ...rest } = defaultMethod;
    const method = {
      ...rest,
      delta: 0.07,
      lambda: 0.98,
      topK: 0.8,
      mode: 'published',
      search: 'bracket',
    } as const;
    const link = writeLink(method, 'multimnist');
    expect(link).toBe(
      'demo=multimnist&delta=0.07&lambda=0.98&topK=0.8&mode=published&saliency=l1&search=bracket',
    );
    const linked = readLink(`#${link}`);
    expect(linked?.demo).toBe('multimnist');
    expect(withLinked(defaultMethod, linked?.method ?? {})).toEqual(method);
  });

  it.each(['', '#', '#delta=1', '#delta=a&alpha=-1', '#topK=7&mode=mine', '#delta=1&lambda=1&alpha=1'])(
    'that says nothing that can be used is passed over: %o',
    (hash) => {
      expect(readLink(hash)).toBeNull();
    },
  );

  it('leaves the settings that it does not name', () => {
    const linked = readLink('#topK=0.5');
    expect(withLinked(defaultMethod, linked?.method ?? {})).toEqual({ ...defaultMethod, topK: 0.5 });
  });
});

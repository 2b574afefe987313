import type { PagcpSettings } from '../../src/pruning/recipe';

/** What a link carries: settings and which demo, never a person's model or data. */
export interface Linked {
  readonly demo: string | null;
  readonly method: Partial<PagcpSettings>;
}

/** As the part of an address after `#`. */
export function writeLink(method: PagcpSettings, demo: string | null): string {
  const { mode, topK, saliency, search } = method;
  const entries = { demo, ...thresholdsOf(method), topK, mode, saliency, search };
  const known = Object.entries(entries).filter(([, value]) => value !== null);
  return new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString();
}

/** Reads what it knows and passes over the rest; null when that is nothing. */
export function readLink(hash: string): Linked | null {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const thresholds = Object.fromEntries(
    thresholdNames.flatMap((name) => {
      const value = Number(given.get(name));
      return value > 0 && Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
  const topK = Number(given.get('topK'));
  const method = {
    // One threshold alone says nothing, and three say too much.
    ...(Object.keys(thresholds).length === 2 ? thresholds : {}),
    ...(topK > 0 && topK <= 1 ? { topK } : {}),
    ...oneOf('mode', ['corrected', 'published']),
    ...oneOf('saliency', ['l1', 'l2']),
    ...oneOf('search', ['linear', 'bracket']),
  };
  const demo = given.get('demo');
  return demo === null && Object.keys(method).length === 0 ? null : { demo, method };

  function oneOf(name: string, values: readonly string[]): Record<string, string> {
    const value = values.find((each) => each === given.get(name));
    return value === undefined ? {} : { [name]: value };
  }
}

/** The settings with the link's in their place; its two thresholds replace all three. */
export function withLinked(method: PagcpSettings, linked: Linked['method']): PagcpSettings {
  const { delta, lambda, alpha, ...rest } = method;
  const before = thresholdNames.some((name) => linked[name] !== undefined) ? {} : thresholdsOf(method);
  return { ...rest, ...before, ...linked };
}

const thresholdNames = ['delta', 'lambda', 'alpha'] as const;

function thresholdsOf({ delta, lambda, alpha }: PagcpSettings) {
  return {
    ...(delta === undefined ? {} : { delta }),
    ...(lambda === undefined ? {} : { lambda }),
    ...(alpha === undefined ? {} : { alpha }),
  };
}

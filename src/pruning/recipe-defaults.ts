import type { PagcpSettings } from './recipe';

/** .05, .10 … .95, each the double nearest to the decimal. */
export const defaultRatios: readonly number[] = Array.from({ length: 19 }, (_, i) => ((i + 1) * 5) / 100);

export const defaultSettings = {
  name: 'pagcp',
  mode: 'corrected',
  topK: 1,
  saliency: 'l1',
  ratios: defaultRatios,
  probeRatio: 0.3,
  search: 'linear',
} as const satisfies Omit<PagcpSettings, 'delta' | 'lambda' | 'alpha'>;

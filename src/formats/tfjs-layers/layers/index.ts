import { activationLayers } from './activation';
import type { Convert } from './context';
import { kernelLayers } from './convolution';
import { mergeLayers } from './merge';
import { normalizationLayers } from './normalization';
import { oneDimensionalLayers } from './one-dimensional';
import { poolingLayers } from './pooling';
import { shapeLayers } from './shape';

/** How each class of layer is expressed in the graph. */
export const converters: ReadonlyMap<string, Convert> = new Map(
  [
    kernelLayers,
    activationLayers,
    mergeLayers,
    normalizationLayers,
    poolingLayers,
    oneDimensionalLayers,
    shapeLayers,
  ].flatMap((family) => Object.entries(family)),
);

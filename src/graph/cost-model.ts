import type { GroupId } from './channel-types';

/**
 * What the page needs to price any choice of kept counts without the weights. A layer's MACs are
 * `factor · out · in`, where out and in are numbers of channels: `fixed` ones plus, for each group, its kept units
 * times `perUnit` channels. Likewise params; `perOut` are those that come one to each output channel.
 */
export interface CostModel {
  readonly layers: readonly LayerCost[];
  /** Learnable params that belong to a single axis (batch norm scale and offset, PReLU slopes). */
  readonly vectors: readonly { readonly count: ChannelCount; readonly factor: number }[];
}

export interface ChannelCount {
  readonly fixed: number;
  readonly perUnit: Readonly<Record<GroupId, number>>;
}

export interface LayerCost {
  readonly name: string;
  readonly out: ChannelCount;
  readonly in: ChannelCount;
  /** MACs per (output channel × kernel input channel), for one input: OH·OW·KH·KW. */
  readonly macsFactor: number;
  /** Params per (output channel × kernel input channel): KH·KW. */
  readonly paramsFactor: number;
  readonly bias: boolean;
}

/**
 * MACs for one input. `keptUnits` must name every prunable group; frozen groups are always whole. Exact where all
 * units of a group hold equally many channels of each axis; an average otherwise (a layer whose channels are split),
 * for which `keptMacs` is exact.
 */
export function priceMacs(model: CostModel, keptUnits: Readonly<Record<GroupId, number>>): number {
  let macs = 0;
  for (const layer of model.layers)
    macs += layer.macsFactor * countChannels(layer.out, keptUnits) * countChannels(layer.in, keptUnits);
  return Math.round(macs);
}

/** Learnable parameters; see `priceMacs`. */
export function priceParams(model: CostModel, keptUnits: Readonly<Record<GroupId, number>>): number {
  let params = 0;
  for (const layer of model.layers) {
    const out = countChannels(layer.out, keptUnits);
    params += out * (layer.paramsFactor * countChannels(layer.in, keptUnits) + (layer.bias ? 1 : 0));
  }
  for (const { count, factor } of model.vectors) params += factor * countChannels(count, keptUnits);
  return Math.round(params);
}

function countChannels(count: ChannelCount, keptUnits: Readonly<Record<GroupId, number>>): number {
  let channels = count.fixed;
  // Object.entries would take most of the time of a prediction.
  for (const group in count.perUnit) {
    const kept = keptUnits[group];
    if (kept === undefined) throw new Error(`No number of kept channels is given for group ${group}.`);
    channels += kept * (count.perUnit[group] ?? 0);
  }
  return channels;
}

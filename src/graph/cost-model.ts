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

import type { ChannelMap, KeepLists } from '../graph/channel-types';
import type { Graph } from '../graph/graph';
import type { NamedBytes } from '../util/files';

/**
 * A model as it was brought: its graph, and the original bytes to slice when it is written back. Each format is a
 * folder with `recognise`, `read` and the artifact's `write`.
 */
export interface Artifact {
  readonly format: string;
  /** The main file's name, for messages and download names. */
  readonly file: string;
  readonly graph: Graph;
  /** Sentences about what was frozen, assumed or repaired while reading. */
  readonly notes: readonly string[];
  /**
   * The original with the removed channels cut out; everything else as it was. `sliced` is
   * `sliceGraph(graph, channels, keep)`, whose params may hold other numbers than the file's: they are written in the
   * file's own element types.
   */
  write(channels: ChannelMap, keep: KeepLists, sliced: Graph): readonly NamedBytes[];
}

export interface ReadOptions {
  /** Sizes for free (non-batch) input dimensions, by input name, in the source's axis order, batch excluded. */
  readonly inputShapes?: Readonly<Record<string, readonly number[]>>;
}

export interface Format {
  readonly id: string;
  readonly label: string;
  /** Decides by content; the name is only a hint. */
  recognise(files: readonly NamedBytes[]): boolean;
  /** @throws InputError naming the file, the place and the mend */
  read(files: readonly NamedBytes[], options?: ReadOptions): Artifact;
}

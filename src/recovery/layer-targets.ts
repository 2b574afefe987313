import type { CalibrationSet } from '../calibration/calibration';
import type { Batch } from '../engine/batching';
import type { Graph } from '../graph/graph';
import { Random } from '../util/random';
import { changeableLayers } from './layers';
import { choosePositions, linearLayer, positionCount, rowsPerSample, type LinearLayer } from './patches';
import { probe } from './probe';

const BUDGET_BYTES = 128 * 2 ** 20;

/**
 * What layers of the unpruned network give, at the positions of each sample that least squares looks at. One pass of
 * the network serves as many of the layers that will be asked for as fit into the budget.
 */
export class LayerTargets {
  readonly #original: Graph;
  readonly #set: CalibrationSet;
  readonly #layers: readonly LinearLayer[];
  readonly #budget: number;
  readonly #rows = new Map<string, TargetRows>();
  readonly #asked = new Set<string>();
  #macs = 0;

  /** @param isAsked whether a layer, by node id, will be asked for */
  constructor(
    { original, set }: { readonly original: Graph; readonly set: CalibrationSet },
    isAsked: (node: string) => boolean,
    budgetBytes = BUDGET_BYTES,
  ) {
    this.#original = original;
    this.#set = set;
    this.#layers = changeableLayers(original)
      .filter(({ node }) => isAsked(node.id))
      .flatMap((layer) => linearLayer(original, layer) ?? []);
    this.#budget = budgetBytes;
  }

  /** Multiply-accumulates that were executed so far, over all samples. */
  get macs(): number {
    return this.#macs;
  }

  /** @throws Error when the layer is none of those that were announced */
  async of(node: string): Promise<TargetRows> {
    this.#asked.add(node);
    if (!this.#rows.has(node)) await this.#gather(node);
    const found = this.#rows.get(node);
    if (!found) throw new Error(`Nothing is known of the layer ${node}.`);
    return found;
  }

  async #gather(node: string): Promise<void> {
    this.#rows.clear();
    const { count } = this.#set;
    const gathered = this.#layersWith(node).map((layer) => new TargetRows(layer, count));
    const values = gathered.map(({ layer }) => layer.node.output);
    const asked = probe(this.#original, this.#set, values);
    try {
      for (const batch of asked.batches) {
        const outputs = await asked.read(batch);
        gathered.forEach((rows, index) => rows.add(batch, outputs[index] ?? new Float32Array()));
      }
    } finally {
      this.#macs += asked.macs;
      asked.dispose();
    }
    for (const rows of gathered) this.#rows.set(rows.layer.node.id, rows);
  }

  /** The layer, and others not asked for yet that there is room for: those after it before those before it. */
  #layersWith(node: string): readonly LinearLayer[] {
    const at = this.#layers.findIndex((layer) => layer.node.id === node);
    const [first, ...others] = [...this.#layers.slice(at), ...this.#layers.slice(0, at)];
    if (at < 0 || !first) return [];
    let left = this.#budget - rowBytes(first, this.#set.count);
    const fitting = others.filter((layer) => {
      if (this.#asked.has(layer.node.id)) return false;
      left -= rowBytes(layer, this.#set.count);
      return left >= 0;
    });
    return [first, ...fitting];
  }
}

/** A layer's output at some positions of every sample. */
export class TargetRows {
  readonly layer: LinearLayer;
  /** Channels of a row: all of the unpruned network's. */
  readonly width: number;
  readonly #samples: { readonly positions: Int32Array; readonly rows: Float32Array }[] = [];
  readonly #perSample: number;

  /** @param samples of the set */
  constructor(layer: LinearLayer, samples: number) {
    this.layer = layer;
    this.width = layer.output.at(-1) ?? 1;
    this.#perSample = rowsPerSample(layer, samples);
  }

  /** @param output of a batch of the samples that come next, row-major */
  add({ first, count }: Batch, output: Float32Array): void {
    const all = positionCount(this.layer);
    for (let sample = 0; sample < count; sample++) {
      const positions = choosePositions(all, this.#perSample, Random.of(first + sample));
      const rows = new Float32Array(positions.length * this.width);
      positions.forEach((position, index) => {
        const from = (sample * all + position) * this.width;
        rows.set(output.subarray(from, from + this.width), index * this.width);
      });
      this.#samples[first + sample] = { positions, rows };
    }
  }

  /**
   * @param positions ascending, as chosen for a layer with as many columns or fewer
   * @returns positions × width
   */
  at(sample: number, positions: Int32Array): Float32Array {
    const found = this.#samples[sample];
    const taken = new Float32Array(positions.length * this.width);
    let row = -1;
    positions.forEach((position, index) => {
      row = found?.positions.indexOf(position, row + 1) ?? -1;
      if (!found || row < 0) throw new Error(`Position ${position} of sample ${sample} was not looked at.`);
      taken.set(found.rows.subarray(row * this.width, (row + 1) * this.width), index * this.width);
    });
    return taken;
  }
}

function rowBytes(layer: LinearLayer, samples: number): number {
  const rows = samples * Math.min(positionCount(layer), rowsPerSample(layer, samples));
  return Float32Array.BYTES_PER_ELEMENT * rows * (layer.output.at(-1) ?? 1);
}

export interface ChannelMoments {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/**
 * Mean and (biased) variance of each channel: means and summed squared deviations, merged batch by batch
 * (Chan, Golub & LeVeque 1983) in float64.
 */
export class RunningMoments {
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;
  #count = 0;

  constructor(channels: number) {
    this.#means = new Float64Array(channels);
    this.#deviations = new Float64Array(channels);
  }

  /** @param values row-major, channels last */
  add(values: Float32Array): void {
    const channels = this.#means.length;
    const count = values.length / channels;
    const means = new Float64Array(channels);
    for (let row = 0; row < values.length; row += channels)
      for (let c = 0; c < channels; c++) means[c] = (means[c] ?? 0) + (values[row + c] ?? 0) / count;
    const deviations = new Float64Array(channels);
    for (let row = 0; row < values.length; row += channels)
      for (let c = 0; c < channels; c++) {
        const difference = (values[row + c] ?? 0) - (means[c] ?? 0);
        deviations[c] = (deviations[c] ?? 0) + difference * difference;
      }
    const total = this.#count + count;
    for (let c = 0; c < channels; c++) {
      const apart = (means[c] ?? 0) - (this.#means[c] ?? 0);
      this.#means[c] = (this.#means[c] ?? 0) + (apart * count) / total;
      this.#deviations[c] =
        (this.#deviations[c] ?? 0) + (deviations[c] ?? 0) + (apart * apart * this.#count * count) / total;
    }
    this.#count = total;
  }

  result(): ChannelMoments {
    return { means: this.#means, variances: this.#deviations.map((sum) => sum / this.#count) };
  }
}

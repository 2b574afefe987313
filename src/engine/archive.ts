import { bytesOf, type Kept, type Place } from './kept';

/** Activations that may be of use again, by what they hold; the one that lies longest goes first. */
export class Archive {
  readonly #entries = new Map<string, Place & Kept>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the tensor over. */
  add(entry: Place & Kept): void {
    const key = `${entry.batch} ${entry.signature}`;
    this.#remove(key)?.tensor.dispose();
    this.#entries.set(key, entry);
    this.#bytes += bytesOf(entry.tensor);
  }

  /** Hands over what is asked for. */
  takeOut(isWanted: (entry: Place & Kept) => boolean): readonly (Place & Kept)[] {
    const wanted = [...this.#entries].filter(([, entry]) => isWanted(entry));
    return wanted.flatMap(([key]) => this.#remove(key) ?? []);
  }

  /** Whether there was one to drop. */
  dropOldest(): boolean {
    const [key] = this.#entries.keys();
    if (key !== undefined) this.#remove(key)?.tensor.dispose();
    return key !== undefined;
  }

  dispose(): void {
    while (this.dropOldest());
  }

  #remove(key: string): (Place & Kept) | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry) this.#bytes -= bytesOf(entry.tensor);
    return entry;
  }
}

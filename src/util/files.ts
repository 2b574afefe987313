/** A file by its name (a path relative to what was dropped, with forward slashes) and its bytes. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

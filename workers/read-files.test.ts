import { describe, expect, it } from 'vitest';
import { unwatched } from '../src/util/checkpoint';
import { readFiles } from './read-files';

const file = (name: string, size: number) => ({
  name,
  blob: new Blob([Uint8Array.from({ length: size }, (_, i) => i % 251)]),
});

describe('readFiles', () => {
  it('reads whole files in portions, and says how far it is with all of them', async () => {
    const seen: number[] = [];
    const mebi = 2 ** 20;
    const watching = (_: string, done: number) => Promise.resolve(void seen.push(done / mebi));
    const read = await readFiles([file('a', 9 * mebi), file('b', mebi)], watching);
    expect(read.map(({ name, bytes }) => [name, bytes.length, bytes.at(-1)])).toEqual([
      ['a', 9 * mebi, (9 * mebi - 1) % 251],
      ['b', mebi, (mebi - 1) % 251],
    ]);
    expect(seen).toEqual([0, 8, 9]);
  });

  it('ends between two portions when it is given up', async () => {
    const givenUp = (_: string, done: number) =>
      done > 0 ? Promise.reject(new Error('given up')) : Promise.resolve();
    await expect(readFiles([file('a', 9 * 2 ** 20)], givenUp)).rejects.toThrow('given up');
  });

  it('refuses what no memory holds before it reads anything', async () => {
    const huge = { name: 'huge.onnx', blob: { size: 2 ** 33 } as Blob }; // read for its size alone
    await expect(readFiles([huge], unwatched)).rejects.toThrow(/huge\.onnx: 8\.0 GiB are more than/);
  });
});

import { describe, expect, it } from 'vitest';
import { goldenBytes } from '../testing/golden';
import { readModel } from '.';

describe('readModel', () => {
  it('tells a model by its content, whatever its name', () => {
    const artifact = readModel([
      { name: 'notes.txt', bytes: new TextEncoder().encode('hello') },
      { name: 'download', bytes: goldenBytes('vggmulti', 'model.onnx') },
    ]);
    expect(artifact).toMatchObject({ format: 'onnx', file: 'download', notes: [] });
    expect(artifact.graph.outputs.map(({ name }) => name)).toEqual(['left', 'right']);
  });

  it('says what can be opened when nothing was recognised', () => {
    const picture = { name: 'cat.png', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) };
    expect(() => readModel([picture])).toThrow(
      /^cat\.png: this is nothing that can be opened here\. A model is .*ONNX.*; samples are \.npz/,
    );
  });
});

import type { Cursor, Source } from './source';

/** Deeper than any tree over what fits into a file. */
const maxDepth = 32;

/** What the leaves of a version 1 B-tree lead to, each with the key before it. */
export function readTree1(
  source: Source,
  address: number,
  keyBytes: number,
  depth = 0,
): { key: Cursor; child: number }[] {
  const node = source.block(address, 'TREE').skip(1);
  const level = node.uint8();
  const count = node.uint16();
  if (depth > maxDepth) throw source.damaged(address, 'a tree is too deep');
  node.skip(16);
  return Array.from({ length: count }, () => ({ key: node.part(keyBytes), child: node.uint64() })).flatMap(
    (entry) => (level === 0 ? [entry] : readTree1(source, entry.child, keyBytes, depth + 1)),
  );
}

/** All records of a version 2 B-tree. */
export function readTree2(source: Source, address: number): Cursor[] {
  const header = source.block(address, 'BTHD').skip(2);
  const [nodeBytes, recordBytes, depth] = [header.uint32(), header.uint16(), header.uint16()];
  const root = header.skip(2).address();
  const count = header.uint16();
  if (depth > maxDepth || recordBytes === 0) throw source.damaged(address, 'a tree is too deep');
  const pointers = pointerSizes(nodeBytes, recordBytes, depth);
  const readNode = (node: number, records: number, level: number): Cursor[] => {
    const cursor = source.block(node, level === 0 ? 'BTLF' : 'BTIN').skip(2);
    const own = Array.from({ length: records }, () => cursor.part(recordBytes));
    if (level === 0) return own;
    const { count: countBytes, total } = pointers[level] ?? { count: 1, total: 0 };
    const children = Array.from({ length: records + 1 }, () => {
      const child = cursor.uint64();
      const within = cursor.uint(countBytes);
      cursor.skip(total);
      return { child, within };
    });
    return [...own, ...children.flatMap(({ child, within }) => readNode(child, within, level - 1))];
  };
  return root === null ? [] : readNode(root, count, depth);
}

/** Bytes of the numbers of records that the nodes of each level give for their children. */
function pointerSizes(nodeBytes: number, recordBytes: number, depth: number) {
  const inLeaf = Math.floor((nodeBytes - 10) / recordBytes);
  const sizes = [{ count: 0, total: 0 }];
  let below = inLeaf;
  for (let level = 1; level <= depth; level++) {
    const count = bytesFor(inLeaf);
    const total = level > 1 ? bytesFor(below) : 0;
    const pointer = 8 + count + total;
    const records = Math.floor((nodeBytes - 10 - pointer) / (recordBytes + pointer));
    below = (records + 1) * below + records;
    sizes.push({ count, total });
  }
  return sizes;
}

function bytesFor(n: number): number {
  return Math.max(1, Math.ceil(Math.log2(n + 1) / 8));
}

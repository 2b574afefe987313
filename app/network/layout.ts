import type { NetworkBlock, NetworkSummary } from '../../workers/api';

/** Left to right on wide screens, top to bottom on narrow ones. */
export type Direction = 'LR' | 'TB';

export interface PlacedBlock {
  readonly block: NetworkBlock;
  /** Centre and size, in the drawing's units. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface NetworkLayout {
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  /** In reading order: along the direction, then across. */
  readonly blocks: readonly PlacedBlock[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly Point[];
  }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const thickness = 16;
const joinSize = 18;
const [shortest, longest] = [20, 112];
/** Room for the names: slanted above and below the blocks, or straight above them. */
const nameRoom = { LR: { top: 60, right: 64, bottom: 48 }, TB: { top: 14, right: 12, bottom: 0 } };
const margin = 12;

/** A block's length: its area would be too small to see on a linear scale, so the square root of its channels. */
export function blockLength(channels: number, most: number): number {
  return shortest + (longest - shortest) * Math.sqrt(channels / Math.max(most, 1));
}

export function blockSize(
  block: NetworkBlock,
  most: number,
  direction: Direction,
): { width: number; height: number } {
  if (block.kind === 'join') return { width: joinSize, height: joinSize };
  const length = blockLength(block.channels, most);
  return direction === 'LR' ? { width: thickness, height: length } : { width: length, height: thickness };
}

const layouts = new WeakMap<NetworkSummary, Map<Direction, Promise<NetworkLayout>>>();

/** The network's layout; worked out once for each network and direction. */
export function networkLayout(network: NetworkSummary, direction: Direction): Promise<NetworkLayout> {
  const known = layouts.get(network) ?? new Map<Direction, Promise<NetworkLayout>>();
  layouts.set(network, known);
  const layout = known.get(direction) ?? layOut(network, direction);
  known.set(direction, layout);
  return layout;
}

async function layOut(network: NetworkSummary, direction: Direction): Promise<NetworkLayout> {
  const dagre = await import('@dagrejs/dagre');
  const graph = new dagre.Graph<
    object,
    { width: number; height: number; x?: number; y?: number },
    EdgeLabel
  >();
  const room = nameRoom[direction];
  graph.setGraph({
    rankdir: direction,
    ranksep: direction === 'LR' ? 26 : 30,
    nodesep: direction === 'LR' ? 30 : 24,
    edgesep: 14,
    marginx: margin,
    marginy: margin,
  });
  const most = Math.max(...network.blocks.map(({ channels }) => channels));
  for (const block of network.blocks) graph.setNode(block.id, blockSize(block, most, direction));
  for (const { from, to } of network.edges) graph.setEdge(from, to, {});
  dagre.layout(graph);

  const blocks = network.blocks.map((block): PlacedBlock => {
    const { x = 0, y = 0, width, height } = graph.node(block.id);
    return { block, x, y: y + room.top, width, height };
  });
  const along = ({ x, y }: PlacedBlock) => (direction === 'LR' ? [x, y] : [y, x]);
  const edges = network.edges.map(({ from, to }) => {
    const points = graph.edge(from, to).points ?? [];
    return { from, to, points: points.map(({ x, y }) => ({ x, y: y + room.top })) };
  });
  return {
    direction,
    width: Math.max(...blocks.map(({ x, width }) => x + width / 2)) + room.right,
    height:
      Math.max(
        ...blocks.map(({ y, height }) => y + height / 2),
        ...edges.flatMap(({ points }) => points.map(({ y }) => y)),
      ) +
      margin +
      (isChain(blocks) ? 0 : room.bottom),
    blocks: blocks.sort((a, b) => compare(along(a), along(b))),
    edges,
  };
}

/** Whether the blocks stand in one row, so that no name needs to stand below. */
function isChain(blocks: readonly PlacedBlock[]): boolean {
  return new Set(blocks.map(({ x }) => Math.round(x))).size === blocks.length;
}

interface EdgeLabel {
  readonly points?: readonly Point[];
}

/** The same layout with its blocks further apart from left to right; their sizes stay, and edges still touch them. */
export function stretched(layout: NetworkLayout, factor: number): NetworkLayout {
  const moved = <T extends Point>(point: T): T => ({ ...point, x: point.x * factor });
  const half = new Map(layout.blocks.map(({ block, width }) => [block.id, (width / 2) * (factor - 1)]));
  return {
    ...layout,
    width: layout.width * factor,
    blocks: layout.blocks.map(moved),
    edges: layout.edges.map(({ from, to, points }) => {
      const last = points.length - 1;
      const back = (index: number) =>
        index === 0 ? -(half.get(from) ?? 0) : index === last ? (half.get(to) ?? 0) : 0;
      return { from, to, points: points.map(({ x, y }, index) => ({ x: x * factor + back(index), y })) };
    }),
  };
}

/** A curve from the first point to the last that bends at the ones between. */
export function smoothPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.at(-1);
  if (!last) return '';
  const bends = rest.slice(0, -1);
  const curves = bends.map((bend, index) => {
    const next = bends[index + 1];
    const end = next ? { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 } : last;
    return `Q${at(bend)} ${at(end)}`;
  });
  return `M${at(first)}${curves.length > 0 ? curves.join('') : `L${at(last)}`}`;
}

const at = ({ x, y }: Point) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;

function compare(a: readonly number[], b: readonly number[]): number {
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}

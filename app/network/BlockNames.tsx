import { memo } from 'react';
import { shorten } from '../format/names';
import type { Direction, PlacedBlock } from './layout';

interface Props {
  readonly blocks: readonly PlacedBlock[];
  readonly direction: Direction;
  readonly scale: number;
  /** Blocks whose names stay when there is no room for all. */
  readonly important: ReadonlySet<string>;
  readonly dimmed: boolean;
}

/** Names keep a readable size on the screen; in a small drawing only those that matter are written. */
export const BlockNames = memo(function BlockNames({ blocks, direction, scale, important, dimmed }: Props) {
  const all = scale >= 0.45;
  const size = 11.5 / scale;
  return (
    <g aria-hidden="true" className="block-names">
      {blocks.map((placed) => {
        const { block } = placed;
        const matters = important.has(block.id);
        if (block.kind === 'join' || !(all || matters)) return null;
        return (
          <text
            key={block.id}
            transform={namePlace(placed, direction)}
            fontSize={size}
            fontWeight={matters ? 600 : 400}
            opacity={dimmed && !matters ? 0.5 : 1}
          >
            {shorten(block.name, direction === 'LR' ? 14 : 18)}
          </text>
        );
      })}
    </g>
  );
});

function namePlace({ x, y, width, height }: PlacedBlock, direction: Direction): string {
  return direction === 'LR'
    ? `translate(${x - 2},${y - height / 2 - 5}) rotate(-42)`
    : `translate(${x - width / 2},${y - height / 2 - 4})`;
}

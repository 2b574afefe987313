import { memo, useMemo } from 'react';
import type { NetworkLayout } from './layout';
import { fullName, namePlaces, nameSize } from './name-places';

interface Props {
  readonly layout: NetworkLayout;
  readonly scale: number;
  /** Blocks whose names are written even where there is no room. */
  readonly important: ReadonlySet<string>;
  readonly dimmed: boolean;
}

/** Names keep a readable size on the screen at any zoom. */
export const BlockNames = memo(function BlockNames({ layout, scale, important, dimmed }: Props) {
  const { blocks, direction } = layout;
  const places = useMemo(() => namePlaces(blocks, layout, scale), [blocks, layout, scale]);
  return (
    <g aria-hidden="true" className="block-names">
      {blocks.map((placed) => {
        const { block } = placed;
        const matters = important.has(block.id) && block.kind !== 'join';
        const place = places.get(block.id) ?? (matters ? fullName(placed, direction) : null);
        if (!place) return null;
        return (
          <text
            key={block.id}
            transform={`translate(${place.x},${place.y}) rotate(${place.angle})`}
            fontSize={nameSize / scale}
            fontWeight={matters ? 600 : 400}
            opacity={dimmed && !matters ? 0.5 : 1}
          >
            {place.text}
          </text>
        );
      })}
    </g>
  );
});

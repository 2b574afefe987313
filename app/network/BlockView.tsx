import { memo } from 'react';
import { markerPath } from '../charts/marker-path';
import { taskStyle } from '../state/task-style';
import type { BlockState } from './block-state';
import type { Direction, PlacedBlock } from './layout';

interface Props {
  readonly placed: PlacedBlock;
  readonly direction: Direction;
  readonly kept: BlockState['kept'];
  readonly removedShare: BlockState['removedShare'];
  readonly predicted: boolean;
  readonly predictedShare: BlockState['predictedShare'];
  readonly frozen: boolean;
  readonly current: boolean;
  readonly stoppedBy: string | null;
  readonly tasks: readonly string[];
  /** In the selected group, outside it, or neither when nothing is selected. */
  readonly emphasis: 'in' | 'out' | 'none';
  readonly pinned: boolean;
  readonly label: string;
  /** Null for a block that stands for no group. */
  readonly tabIndex: 0 | -1 | null;
}

/** One block of the network: as long as its channels, kept solid, removed hatched. */
export const BlockView = memo(function BlockView(props: Props) {
  const { placed, emphasis, current, tabIndex, label, pinned } = props;
  const { block, x, y, width, height } = placed;
  const button =
    tabIndex === null ? {} : { role: 'button', tabIndex, 'aria-pressed': pinned, 'aria-label': label };
  const [w, h] = [Math.max(width + 8, 26), Math.max(height + 8, 26)];
  return (
    <g
      {...button}
      className="block"
      data-block={block.id}
      data-emphasis={emphasis}
      transform={`translate(${x},${y})`}
    >
      <title>{label}</title>
      <rect
        x={-w / 2}
        y={-h / 2}
        width={w}
        height={h}
        rx={6}
        className="block-target"
        data-current={current}
      />
      {block.kind === 'join' ? <Join detail={block.detail} radius={width / 2} /> : <Slab {...props} />}
    </g>
  );
});

function Slab(props: Props) {
  const { placed, direction, removedShare, predicted, predictedShare, frozen, stoppedBy, tasks } = props;
  const { block, width, height } = placed;
  const [left, top] = [-width / 2, -height / 2];
  const removed = (direction === 'LR' ? height : width) * removedShare;
  const hatched =
    direction === 'LR'
      ? { y: top, height: removed, width }
      : { y: top, x: width / 2 - removed, width: removed, height };
  const outlined = frozen || block.kind === 'input' || block.kind === 'output' || block.kind === 'opaque';
  const style = stoppedBy === null ? null : taskStyle(tasks, stoppedBy);
  return (
    <>
      <rect
        x={left}
        y={top}
        width={width}
        height={height}
        rx={3}
        className={outlined ? 'block-outline' : 'block-kept'}
        strokeDasharray={block.kind === 'opaque' ? '3 2' : undefined}
      />
      {removed > 0 && (
        <g opacity={predicted ? 0.55 : 1}>
          <rect x={left} {...hatched} fill="var(--surface)" />
          <rect x={left} {...hatched} fill="url(#network-hatch)" className="block-removed" rx={2} />
        </g>
      )}
      {predictedShare !== null && (
        <path
          d={
            direction === 'LR'
              ? `M${left - 4},${top + height * predictedShare}h${width + 8}`
              : `M${width / 2 - width * predictedShare},${top - 4}v${height + 8}`
          }
          className="block-predicted"
        />
      )}
      {style && (
        <path
          d={markerPath(style.marker, 4)}
          transform={direction === 'LR' ? `translate(0,${height / 2 - 8})` : `translate(${left + 8},0)`}
          fill={style.color}
          stroke="var(--surface)"
          strokeWidth={2.5}
          paintOrder="stroke"
        />
      )}
    </>
  );
}

const joinSigns: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  concat: '‖',
  split: '⋔',
};

function Join({ detail, radius }: { readonly detail: string; readonly radius: number }) {
  const sign = joinSigns[detail];
  return (
    <>
      <circle r={radius - 1} className="block-join" />
      {sign === undefined ? (
        <circle r={2.5} fill="var(--ink-soft)" />
      ) : (
        <text textAnchor="middle" y={4.5} fontSize={13} fill="var(--ink)">
          {sign}
        </text>
      )}
    </>
  );
}

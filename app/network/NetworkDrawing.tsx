import { use, useMemo, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react';
import type { GroupId } from '../../src/graph/channel-types';
import type { ModelSummary } from '../../workers/api';
import { hoverGroup, pinGroup, useSelection } from '../state/selection';
import { blockGroup, describeBlock, type BlockState } from './block-state';
import { BlockNames } from './BlockNames';
import { BlockView } from './BlockView';
import { fitHeight } from './fit';
import { networkLayout, smoothPath, stretched, type Direction, type NetworkLayout } from './layout';
import { PanZoom } from './PanZoom';

interface Props {
  readonly model: ModelSummary;
  readonly states: ReadonlyMap<string, BlockState>;
  readonly tasks: readonly string[];
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  /** The block to tell about: hovered or focused. */
  readonly onBlock: (id: string | null) => void;
}

/** The laid-out network; suspends while the layout is worked out. */
export function NetworkDrawing({ model, states, tasks, direction, width, height, onBlock }: Props) {
  const tight = use(networkLayout(model.network, direction));
  const layout = useMemo(() => stretched(tight, room(tight, { width, height })), [tight, width, height]);
  const { pinned, hovered } = useSelection((state) => state);
  const selected = hovered ?? pinned;
  const order = layout.blocks.flatMap(({ block }) => (blockGroup(block) === null ? [] : [block.id]));
  const [focused, setFocused] = useState<string | null>(null);
  const entry = focused !== null && order.includes(focused) ? focused : order[0];

  const important = useMemo(() => importantBlocks(layout, states, selected), [layout, states, selected]);

  const goal =
    layout.blocks.find(({ block }) => pinned !== null && blockGroup(block) === pinned) ??
    layout.blocks.find(({ block }) => states.get(block.id)?.current) ??
    null;

  const point = (id: string | null) => {
    const block = model.network.blocks.find((each) => each.id === id);
    hoverGroup(block ? blockGroup(block) : null);
    onBlock(block?.id ?? null);
  };
  const enter = (event: MouseEvent | FocusEvent) => point(blockUnder(event.target));
  const pin = (event: MouseEvent | KeyboardEvent) => {
    const id = blockUnder(event.target);
    const block = model.network.blocks.find((each) => each.id === id);
    const group = block ? blockGroup(block) : null;
    if (group !== null) pinGroup(group);
  };
  return (
    <PanZoom
      start={layout.blocks[0] ?? { x: 0, y: 0 }}
      goal={goal}
      size={layout}
      width={width}
      height={height}
      fitBoth={direction === 'LR'}
    >
      {(scale) => (
        <g
          role="group"
          aria-label="Blocks of the network; arrow keys move between them, Enter pins"
          onMouseOver={enter}
          onMouseLeave={() => point(null)}
          onFocus={(event) => {
            setFocused(blockUnder(event.target));
            enter(event);
          }}
          onBlur={() => point(null)}
          onClick={pin}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === ' ') {
              event.preventDefault();
              event.stopPropagation();
              pin(event);
            } else moveFocus(event, order);
          }}
        >
          <Edges layout={layout} />
          {layout.blocks.map((placed) => {
            const { block } = placed;
            const state = states.get(block.id);
            if (!state) return null;
            const group = blockGroup(block);
            const emphasis = emphasisOf(block.groups, selected);
            return (
              <BlockView
                key={block.id}
                placed={placed}
                direction={direction}
                {...state}
                tasks={tasks}
                emphasis={emphasis}
                pinned={group !== null && group === pinned}
                label={describeBlock(block, state, model.groups)}
                tabIndex={group === null ? null : block.id === entry ? 0 : -1}
              />
            );
          })}
          <BlockNames layout={layout} scale={scale} important={important} dimmed={selected !== null} />
        </g>
      )}
    </PanZoom>
  );
}

function Edges({ layout }: { readonly layout: NetworkLayout }) {
  return layout.edges.map(({ from, to, points }) => (
    <path key={`${from} ${to}`} d={smoothPath(points)} className="network-edge" />
  ));
}

function emphasisOf(
  groups: readonly { readonly group: GroupId }[],
  selected: GroupId | null,
): 'in' | 'out' | 'none' {
  if (selected === null) return 'none';
  return groups.some(({ group }) => group === selected) ? 'in' : 'out';
}

/** How much further apart the blocks may stand in a frame that is wider than the drawing needs. */
function room(layout: NetworkLayout, frame: { readonly width: number; readonly height: number }): number {
  if (layout.direction === 'TB') return 1;
  const scale = Math.min(1, fitHeight(layout, frame));
  return Math.min(Math.max(frame.width / (layout.width * scale), 1), 3);
}

function importantBlocks(
  layout: NetworkLayout,
  states: ReadonlyMap<string, BlockState>,
  selected: GroupId | null,
): ReadonlySet<string> {
  const chosen = layout.blocks.filter(
    ({ block }) => emphasisOf(block.groups, selected) === 'in' || states.get(block.id)?.current,
  );
  return new Set(chosen.map(({ block }) => block.id));
}

function blockUnder(target: EventTarget): string | null {
  const element = target instanceof Element ? target.closest('[data-block]') : null;
  return element instanceof SVGElement ? (element.dataset['block'] ?? null) : null;
}

const strides: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function moveFocus(event: KeyboardEvent<SVGGElement>, order: readonly string[]): void {
  const current = order.indexOf(blockUnder(event.target) ?? '');
  const stride = strides[event.key];
  const next =
    event.key === 'Home' ? 0 : event.key === 'End' ? order.length - 1 : stride ? current + stride : null;
  const id = next === null ? undefined : order[next];
  if (id === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const block = [...event.currentTarget.querySelectorAll<SVGGElement>('[data-block]')].find(
    ({ dataset }) => dataset['block'] === id,
  );
  block?.focus();
}

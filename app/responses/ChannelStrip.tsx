import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { ChannelResponse } from '../../src/inspect';
import { formatPercent } from '../format/numbers';

interface Props {
  readonly channels: readonly ChannelResponse[];
  readonly chosen: number;
  readonly onChoose: (channel: number) => void;
  readonly width: number;
  readonly height: number;
}

const captionHeight = 16;

/** A bar for each filter of the layer: how much its response changed; those removed are hatched. */
export function ChannelStrip({ channels, chosen, onChoose, width, height }: Props) {
  const strip = useRef<HTMLDivElement>(null);
  const count = Math.max(channels.length, 1);
  const step = width / count;
  const room = height - captionHeight - 6;
  const most = Math.max(1e-6, ...channels.map(({ change }) => change ?? 0));
  const choose = (channel: number) => onChoose(Math.min(count - 1, Math.max(0, channel)));
  const point = ({ clientX }: PointerEvent) => {
    const left = strip.current?.getBoundingClientRect().left ?? 0;
    choose(Math.floor((clientX - left) / step));
  };
  return (
    <div
      ref={strip}
      className="channel-strip"
      role="slider"
      tabIndex={0}
      aria-label="Filter of the layer"
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={Math.min(chosen, count - 1)}
      aria-valuetext={`Filter ${chosen}: ${changeWords(channels[chosen])}`}
      onKeyDown={(event) => {
        const next = target(event, chosen, count);
        if (next === null) return;
        event.preventDefault();
        choose(next);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        point(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) point(event);
      }}
    >
      <svg width={width} height={height} className="number" aria-hidden="true">
        <pattern
          id="filter-removed"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="2" height="6" fill="var(--kept)" />
        </pattern>
        {channels.map(({ kept, change }, channel) => {
          const bar = kept ? Math.max(1, (room * (change ?? 0)) / most) : room;
          return (
            <g key={channel} transform={`translate(${channel * step},4)`}>
              <title>{`Filter ${channel}: ${changeWords({ kept, change })}`}</title>
              {channel === chosen && (
                <rect x={-0.5} y={-3} width={step} height={room + 6} className="channel-chosen" />
              )}
              <rect
                x={step * 0.1}
                y={room - bar}
                width={Math.max(step * 0.8, 0.6)}
                height={bar}
                fill={kept ? 'var(--accent)' : 'url(#filter-removed)'}
              />
            </g>
          );
        })}
        <text x={0} y={height - 3} fontSize={11} fill="var(--ink-soft)">
          Change of each response, up to {formatPercent(most)}; hatched: removed
        </text>
      </svg>
    </div>
  );
}

function changeWords(response: ChannelResponse | undefined): string {
  if (!response) return 'none';
  return response.kept ? `changed by ${formatPercent(response.change ?? 0)}` : 'removed';
}

function target({ key }: KeyboardEvent, chosen: number, count: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return chosen - 1;
    case 'ArrowRight':
    case 'ArrowUp':
      return chosen + 1;
    case 'PageDown':
      return chosen - 10;
    case 'PageUp':
      return chosen + 10;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

import { useMemo } from 'react';
import type { Responses } from '../../src/inspect';
import { significant } from '../format/numbers';
import { differencePixels, scalarPixels } from '../predictions/raster-colours';
import { RasterImage } from './RasterImage';

interface Props {
  readonly responses: Responses;
  readonly width: number;
  readonly height: number;
}

const captionHeight = 34;
const gap = 20;

/** Before, after and their difference, on one scale. */
export function ResponseMaps({ responses, width, height }: Props) {
  const { before, after } = responses;
  const maps = useMemo(() => compared(before, after), [before, after]);
  const ratio = responses.height / responses.width;
  const room = (width - 2 * gap) / 3;
  const side = Math.min(room, (height - captionHeight) / ratio);
  return (
    <svg width={width} height={height} className="response-maps number">
      {maps.map(({ name, words, pixels }, index) => (
        <g key={name} transform={`translate(${index * (room + gap)},0)`}>
          {pixels ? (
            <RasterImage
              size={responses}
              pixels={pixels}
              width={side}
              height={side * ratio}
              label={`${name}: ${words}`}
            />
          ) : (
            <rect width={side} height={side * ratio} rx={4} className="response-none" />
          )}
          <text y={side * ratio + 14} fontSize={12} fontWeight={600} fill="var(--ink)">
            {name}
          </text>
          <text y={side * ratio + 28} fontSize={11} fill="var(--ink-soft)">
            {words}
          </text>
        </g>
      ))}
    </svg>
  );
}

function compared(before: Float32Array, after: Float32Array | null) {
  const both = after ? [before, after] : [before];
  const min = Math.min(...both.map(least));
  const max = Math.max(...both.map(greatest));
  const range = (map: Float32Array) => `${significant(least(map), 2)} … ${significant(greatest(map), 2)}`;
  const difference = after?.map((value, at) => value - (before[at] ?? 0)) ?? null;
  const most = difference ? Math.max(-least(difference), greatest(difference)) : 0;
  return [
    { name: 'Before', words: range(before), pixels: scalarPixels(before, min, max) },
    {
      name: 'After',
      words: after ? range(after) : 'removed',
      pixels: after && scalarPixels(after, min, max),
    },
    {
      name: 'Difference',
      words: difference ? `at most ${significant(most, 2)}` : '–',
      pixels: difference && differencePixels(difference, most),
    },
  ];
}

const least = (map: Float32Array) => map.reduce((a, b) => Math.min(a, b), Infinity);
const greatest = (map: Float32Array) => map.reduce((a, b) => Math.max(a, b), -Infinity);

import { useId } from 'react';
import type { LookedMap, LookedSample, NumberRange } from '../../../src/calibration/look';
import { Raster } from '../../predictions/Raster';
import { classPixels, scalarPixels } from '../../predictions/raster-colours';
import { formatCount, significant } from '../../format/numbers';
import { lookFrom, lookSize, useFirstLooked, useLook } from '../../state/look';
import './SampleLook.css';

/** The first samples as the network sees them, with their labels: wrong preprocessing is seen at once. */
export function SampleLook() {
  const id = useId();
  const first = useFirstLooked();
  const { value, waiting, problem } = useLook();
  // What stops the set altogether stands above already.
  if (problem !== null) return null;
  const samples = value?.samples ?? [];
  const last = first + samples.length;
  return (
    <section className="look" aria-labelledby={id} aria-busy={waiting}>
      <header>
        <h3 id={id}>What the network sees</h3>
        <button
          type="button"
          className="button quiet"
          aria-label="Earlier samples"
          disabled={first === 0}
          onClick={() => lookFrom(Math.max(0, first - lookSize))}
        >
          ‹
        </button>
        <button
          type="button"
          className="button quiet"
          aria-label="Later samples"
          disabled={last >= (value?.total ?? 0)}
          onClick={() => lookFrom(first + lookSize)}
        >
          ›
        </button>
      </header>
      <ul>
        {samples.map((sample) => (
          <Sample key={sample.index} sample={sample} />
        ))}
        {value === null && Array.from({ length: lookSize }, (_, at) => <li key={at} className="look-room" />)}
      </ul>
      {value === null ? (
        <p className="soft">Waiting for the engine.</p>
      ) : (
        <p className="soft number">
          Samples {first + 1} to {last} of {formatCount(value.total)}.
          {value.range && <Range range={value.range} />}
        </p>
      )}
    </section>
  );
}

function Sample({ sample }: { readonly sample: LookedSample }) {
  const { index, name, image, labels, boxes, maps } = sample;
  const words = labels
    .map(({ array, label }) => (labels.length > 1 ? `${array} ${label}` : label))
    .join(', ');
  const objects = boxes.map(({ label }) => label).join(', ');
  const shown = words || (boxes.length > 0 ? countWords(boxes.length) : '');
  const [over, beside] = layers(maps);
  const title = [name ?? `Sample ${index}`, words, objects].filter(Boolean).join(': ');
  return (
    <li title={title}>
      <figure>
        <div className="look-picture" role="img" aria-label={title}>
          {image ? (
            <Raster width={image.width} height={image.height} pixels={image.rgba} />
          ) : (
            <span className="soft">no picture</span>
          )}
          {over && <Raster width={over.width} height={over.height} pixels={withoutBackground(over.data)} />}
          {image && <Labels sample={sample} width={image.width} height={image.height} />}
        </div>
        {beside.map((map) => (
          <div key={map.array} className="look-map">
            <Raster
              width={map.width}
              height={map.height}
              pixels={mapPixels(map)}
              label={`${map.array} of sample ${index}`}
            />
            <span className="soft">{map.array}</span>
          </div>
        ))}
        {shown && <figcaption>{shown}</figcaption>}
      </figure>
    </li>
  );
}

type ClassesMap = Extract<LookedMap, { kind: 'classes' }>;

/** One map of classes lies over the picture; all others stand below it. */
function layers(maps: readonly LookedMap[]): [ClassesMap | null, readonly LookedMap[]] {
  const over = maps.find((map) => map.kind === 'classes') ?? null;
  return [over, maps.filter((map) => map !== over)];
}

const mapPixels = (map: LookedMap) =>
  map.kind === 'classes' ? classPixels(map.data) : scalarPixels(map.data, map.min, map.max);

/** Class 0 is as a rule the background. */
function withoutBackground(classes: Uint8Array) {
  return classPixels(classes.map((index) => (index === 0 ? 255 : index)));
}

/** Boxes and points over the picture. */
function Labels({
  sample: { boxes, points },
  width,
  height,
}: {
  readonly sample: LookedSample;
  readonly width: number;
  readonly height: number;
}) {
  const unit = Math.max(width, height) / 100;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {boxes.map(({ corners: [x1, y1, x2, y2], label }, at) => (
        <g key={at}>
          <rect x={x1} y={y1} width={x2 - x1} height={y2 - y1} />
          <text x={x1 + unit} y={Math.max(11 * unit, y1 - 2 * unit)} fontSize={11 * unit}>
            {label}
          </text>
        </g>
      ))}
      {points.map(([x, y], at) => (
        <circle key={at} cx={x} cy={y} r={2 * unit} />
      ))}
    </svg>
  );
}

/** Networks are trained on numbers around 0, or from 0 to 1: others are worth a word. */
function Range({ range: { min, max, mean, std } }: { readonly range: NumberRange }) {
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const doubt =
    largest > 20
      ? ' Few networks are trained on numbers this large: compare the scale with its training.'
      : largest < 0.05
        ? ' Few networks are trained on numbers this small: compare the scale with its training.'
        : '';
  return (
    <>
      {' '}
      Numbers from {significant(min)} to {significant(max)}, mean {significant(mean)} ± {significant(std)}.
      {doubt}
    </>
  );
}

const countWords = (count: number) => `${count} ${count === 1 ? 'object' : 'objects'}`;

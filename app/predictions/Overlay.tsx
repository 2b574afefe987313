import type { BoxPicture, DrawnBox, DrawnPoint, PointPicture } from '../../src/tasks/drawing';
import type { Thumbnail } from '../../src/inspect';
import { formatPercent } from '../format/numbers';
import { Raster } from './Raster';

interface Props {
  readonly picture: BoxPicture | PointPicture;
  readonly image: Thumbnail | null;
  readonly color: string;
  readonly nameOf: (index: number) => string;
}

/** Less likely boxes are left out of the drawing, as there are often hundreds. */
const leastScore = 0.3;
const mostBoxes = 30;

/** Boxes or points over the sample: the truth dashed, what was predicted solid with its class and score. */
export function Overlay({ picture, image, color, nameOf }: Props) {
  const { width, height } = picture;
  const unit = Math.max(width, height) / 100;
  return (
    <div className="overlay" style={{ aspectRatio: `${width} / ${height}` }}>
      {image && <Raster width={image.width} height={image.height} pixels={image.rgba} />}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words(picture, nameOf)}>
        {picture.kind === 'boxes' ? (
          <>
            {picture.truth.map((box, at) => (
              <Box key={at} box={box} className="box-truth" />
            ))}
            {likely(picture).map((box, at) => (
              <g key={at}>
                <Box box={box} className="box-predicted" color={color} />
                <text x={box.x1 + unit} y={box.y1 + 8 * unit} fontSize={8 * unit} className="box-name">
                  {nameOf(box.class)} {formatPercent(box.score, 0)}
                </text>
              </g>
            ))}
          </>
        ) : (
          <>
            {picture.truth.map((point) => (
              <Cross key={point.index} point={point} size={3 * unit} />
            ))}
            {picture.predicted.map((point) => (
              <circle key={point.index} cx={point.x} cy={point.y} r={2 * unit} fill={color} className="point">
                <title>{`${nameOf(point.index)}: ${formatPercent(point.score, 0)}`}</title>
              </circle>
            ))}
          </>
        )}
      </svg>
    </div>
  );
}

const likely = ({ predicted }: BoxPicture) =>
  predicted.filter(({ score }) => score >= leastScore).slice(0, mostBoxes);

function Box({
  box: { x1, y1, x2, y2 },
  className,
  color,
}: {
  readonly box: DrawnBox;
  readonly className: string;
  readonly color?: string;
}) {
  return (
    <rect
      x={x1}
      y={y1}
      width={Math.max(0, x2 - x1)}
      height={Math.max(0, y2 - y1)}
      className={className}
      {...(color === undefined ? {} : { stroke: color })}
    />
  );
}

function Cross({ point: { x, y }, size }: { readonly point: DrawnPoint; readonly size: number }) {
  return (
    <path
      d={`M${x - size},${y - size}L${x + size},${y + size}M${x - size},${y + size}L${x + size},${y - size}`}
      className="box-truth"
    />
  );
}

function words(picture: BoxPicture | PointPicture, nameOf: (index: number) => string): string {
  if (picture.kind === 'points')
    return `${picture.predicted.length} points predicted, ${picture.truth.length} labelled`;
  const list = (boxes: readonly DrawnBox[]) => boxes.map((box) => nameOf(box.class)).join(', ') || 'none';
  return `Boxes predicted: ${list(likely(picture))}; true: ${list(picture.truth)}`;
}

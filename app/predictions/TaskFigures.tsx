import type { ReactNode } from 'react';
import type { PredictedTask, Thumbnail } from '../../src/inspect';
import type { ClassMap, NumberBars, Picture, ScalarMap, VectorMap } from '../../src/tasks/drawing';
import { significant } from '../format/numbers';
import { shownClasses } from './class-answers';
import { ClassBarsFigure } from './ClassBarsFigure';
import { Overlay } from './Overlay';
import { Raster } from './Raster';
import { classPixels, scalarPixels, vectorPixels } from './raster-colours';

interface Props {
  readonly task: PredictedTask;
  readonly image: Thumbnail | null;
  readonly color: string;
  readonly nameOf: (index: number) => string;
}

/** What a task makes of a sample: before, after, and where it is a map of its own the truth. */
export function TaskFigures({ task: { before, after }, image, color, nameOf }: Props) {
  const [old, now] = [before.picture, after.picture];
  const quiet = 'var(--kept)';
  if (old.kind === 'none' || now.kind === 'none') return null;
  if (old.kind === 'classes' && now.kind === 'classes') {
    const shown = shownClasses(old, now);
    return (
      <Row>
        <Figure>
          <ClassBarsFigure caption="before" bars={old} shown={shown} color={quiet} nameOf={nameOf} />
        </Figure>
        <Figure>
          <ClassBarsFigure caption="after" bars={now} shown={shown} color={color} nameOf={nameOf} />
        </Figure>
      </Row>
    );
  }
  const draw = (picture: Picture, tint: string): ReactNode => {
    switch (picture.kind) {
      case 'boxes':
      case 'points':
        return <Overlay picture={picture} image={image} color={tint} nameOf={nameOf} />;
      case 'class-map':
      case 'scalar-map':
      case 'vector-map':
        return <MapRaster map={picture} data={picture.predicted} />;
      case 'numbers':
        return <Numbers values={picture.predicted} />;
      default:
        return null;
    }
  };
  return (
    <Row>
      <Figure caption="before">{draw(old, color)}</Figure>
      <Figure caption="after">{draw(now, color)}</Figure>
      {'truth' in now && now.truth !== null && now.kind !== 'boxes' && now.kind !== 'points' && (
        <Figure caption="truth">
          <Truth picture={now} />
        </Figure>
      )}
    </Row>
  );
}

function Row({ children }: { readonly children: ReactNode }) {
  return <div className="figures">{children}</div>;
}

function Figure({ caption, children }: { readonly caption?: string; readonly children: ReactNode }) {
  return (
    <figure>
      {children}
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

function Truth({ picture }: { readonly picture: ClassMap | ScalarMap | VectorMap | NumberBars }) {
  if (picture.truth === null) return null;
  if (picture.kind === 'numbers') return <Numbers values={picture.truth} />;
  return <MapRaster map={picture} data={picture.truth} />;
}

/** `data` is the map's own prediction or truth. */
function MapRaster({
  map,
  data,
}: {
  readonly map: ClassMap | ScalarMap | VectorMap;
  readonly data: Uint8Array | Float32Array;
}) {
  const { width, height } = map;
  return <Raster width={width} height={height} pixels={mapPixels(map, data)} />;
}

function mapPixels(map: ClassMap | ScalarMap | VectorMap, data: Uint8Array | Float32Array) {
  if (data instanceof Uint8Array) return classPixels(data);
  return map.kind === 'scalar-map' ? scalarPixels(data, map.min, map.max) : vectorPixels(data);
}

function Numbers({ values }: { readonly values: readonly number[] }) {
  const shown = values.slice(0, 4).map((value) => significant(value));
  return <p className="figure-words number">{shown.join(', ') + (values.length > 4 ? ', …' : '')}</p>;
}

import { useMemo } from 'react';

interface Props {
  readonly size: { readonly width: number; readonly height: number };
  /** Of `size`: height × width × 4. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

/** Pixels within a drawing, enlarged without smoothing; they are saved with it. */
export function RasterImage({ size, pixels, width, height, label }: Props) {
  const [columns, rows] = [size.width, size.height];
  const href = useMemo(() => dataUrl(pixels, columns, rows), [pixels, columns, rows]);
  return (
    <image
      href={href}
      width={width}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={{ imageRendering: 'pixelated' }}
    />
  );
}

function dataUrl(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas.toDataURL();
}

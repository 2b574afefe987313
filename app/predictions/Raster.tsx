import { useEffect, useRef } from 'react';

interface Props {
  readonly width: number;
  readonly height: number;
  /** Height × width × 4. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** What it shows, in words; left out where the words stand beside it. */
  readonly label?: string;
}

/** Pixels as they are, enlarged without smoothing. */
export function Raster({ width, height, pixels, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && width > 0 && height > 0) context.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [pixels, width, height]);
  return (
    <canvas
      ref={canvas}
      className="raster"
      width={width}
      height={height}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

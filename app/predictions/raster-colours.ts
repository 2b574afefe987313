/** Rasters of predictions as pixels for a canvas: height × width × 4. */
type Pixels = Uint8ClampedArray<ArrayBuffer>;
type Colour = readonly [red: number, green: number, blue: number];

const nothing = 255;

/** A colour for each class, far from its neighbours' in hue and lightness; where no class applies, none. */
export function classPixels(classes: Uint8Array): Pixels {
  const colours = new Map<number, Colour>();
  return pixels(classes.length, (at) => {
    const index = classes[at] ?? nothing;
    if (index === nothing) return null;
    const colour = colours.get(index) ?? classColour(index);
    colours.set(index, colour);
    return colour;
  });
}

/** Steps of the golden angle never meet, however many classes there are. */
export function classColour(index: number): Colour {
  const hue = (210 + index * 137.508) % 360;
  return hsl(hue, 0.62, [0.42, 0.64, 0.53][index % 3] ?? 0.5);
}

/** From dark violet at `min` over teal to yellow at `max`; NaN leaves a hole. */
export function scalarPixels(values: Float32Array, min: number, max: number): Pixels {
  const range = max - min || 1;
  return pixels(values.length, (at) => {
    const value = values[at] ?? NaN;
    return Number.isNaN(value) ? null : sequential((value - min) / range);
  });
}

/** Blue below zero, red above, white at zero; `most` is the full colour. */
export function differencePixels(values: Float32Array, most: number): Pixels {
  return pixels(values.length, (at) => {
    const share = Math.min(1, Math.max(-1, (values[at] ?? 0) / (most || 1)));
    const [red, green, blue]: Colour = share < 0 ? [33, 102, 172] : [178, 24, 43];
    const mix = (part: number) => 247 + (part - 247) * Math.abs(share);
    return [mix(red), mix(green), mix(blue)];
  });
}

/** Unit vectors as colours, as surface normals are usually drawn; zero leaves a hole. */
export function vectorPixels(vectors: Float32Array): Pixels {
  return pixels(vectors.length / 3, (at) => {
    const [x = 0, y = 0, z = 0] = vectors.subarray(3 * at, 3 * at + 3);
    const length = Math.hypot(x, y, z);
    if (length === 0) return null;
    const part = (value: number) => 127.5 * (1 + value / length);
    return [part(x), part(y), part(z)];
  });
}

function pixels(count: number, colour: (at: number) => Colour | null): Pixels {
  const made = new Uint8ClampedArray(count * 4);
  for (let at = 0; at < count; at++) {
    const found = colour(at);
    if (!found) continue;
    made.set(found, at * 4);
    made[at * 4 + 3] = 255;
  }
  return made;
}

/** Even in lightness, and told apart by people with any colour vision. */
const ramp: readonly Colour[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

function sequential(share: number): Colour {
  const place = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const below = Math.min(Math.floor(place), ramp.length - 2);
  const [from, to] = [ramp[below], ramp[below + 1]];
  if (!from || !to) return [0, 0, 0];
  const mix = (part: 0 | 1 | 2) => from[part] + (to[part] - from[part]) * (place - below);
  return [mix(0), mix(1), mix(2)];
}

function hsl(hue: number, saturation: number, lightness: number): Colour {
  const part = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [part(0), part(8), part(4)];
}

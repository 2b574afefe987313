import { jpegSegments } from './header';

const exifMark = 0x45786966; // "Exif"

/**
 * The JPEG without its Exif segments. What they say of the camera's orientation would turn the picture in a browser,
 * but not in PIL or torchvision, nor the labels that were drawn on it.
 */
export function withoutExif(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = new Uint8Array(bytes.length);
  let [from, length] = [0, 0];
  const keepTo = (end: number) => {
    kept.set(bytes.subarray(from, end), length);
    length += end - from;
  };
  for (const segment of jpegSegments(view)) {
    if (segment.marker !== 0xe1 || segment.length < 6) continue;
    if (view.getUint32(segment.start + 4) !== exifMark) continue;
    keepTo(segment.start);
    from = segment.start + 2 + segment.length;
  }
  keepTo(bytes.length);
  return kept.subarray(0, length);
}

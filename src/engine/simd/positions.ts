import { advance, i32, repeat, type Code, type Local, type MakeVariable } from './assembler';

/** Strides of two tensors over the positions at which one tap of a convolution meets its outputs, and the positions' extents in bytes of dy. */
export const positionParameters = [
  ...(['columnBytes', 'rowBytes', 'imageBytes'] as const),
  ...(['xColumn', 'xRow', 'xImage', 'dyColumn', 'dyRow', 'dyImage'] as const),
] as const;

type Parameters = Readonly<Record<(typeof positionParameters)[number], Local>>;

/**
 * Goes over columns of rows of images in x and dy together.
 *
 * @param start the first position's addresses
 * @param visit code for one position, from its addresses
 */
export function overPositions(
  p: Parameters,
  variable: MakeVariable,
  start: Readonly<{ x: Code; dy: Code }>,
  visit: (x: Code, dy: Code) => Code,
): Code {
  const level = () => ({ x: variable('i32'), dy: variable('i32'), end: variable('i32') });
  const [image, row, column] = [level(), level(), level()];
  const loop = (
    { x, dy, end }: ReturnType<typeof level>,
    from: Readonly<{ x: Code; dy: Code }>,
    bytes: Local,
    stride: Readonly<{ x: Local; dy: Local }>,
    body: Code,
  ): Code => [
    [x.set(from.x), dy.set(from.dy), end.set(i32.add(dy.get, bytes.get))],
    repeat(dy, end.get, [body, advance(x, stride.x.get), advance(dy, stride.dy.get)]),
  ];
  const inside = ({ x, dy }: ReturnType<typeof level>) => ({ x: x.get, dy: dy.get });
  const position = visit(column.x.get, column.dy.get);
  const columns = loop(column, inside(row), p.columnBytes, { x: p.xColumn, dy: p.dyColumn }, position);
  const rows = loop(row, inside(image), p.rowBytes, { x: p.xRow, dy: p.dyRow }, columns);
  return loop(image, start, p.imageBytes, { x: p.xImage, dy: p.dyImage }, rows);
}

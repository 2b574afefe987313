/** WebAssembly instructions, as bytes and parts of their like. */
export type Code = readonly (number | Code)[];

type ValueType = 'i32' | 'v128';

/** A parameter or variable of a function. */
export interface Local {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

export type MakeVariable = (type: ValueType) => Local;

export interface WasmFunction<Parameter extends string = string> {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/**
 * A function of 32-bit integers (addresses, strides in bytes, counts) that returns nothing.
 *
 * @param body its code, from its parameters by name and a maker of variables
 */
export function defineFunction<Parameter extends string>(
  name: string,
  parameters: readonly Parameter[],
  body: (parameters: Readonly<Record<Parameter, Local>>, variable: MakeVariable) => Code,
): WasmFunction<Parameter> {
  const named = parameters.map((parameter, index) => [parameter, local(index)] as const);
  const locals: ValueType[] = [];
  const variable: MakeVariable = (type) => local(parameters.length + locals.push(type) - 1);
  // `fromEntries` forgets that the keys are the parameters.
  const code = body(Object.fromEntries(named) as Record<Parameter, Local>, variable);
  return { name, parameters, locals, body: code };
}

function local(index: number): Local {
  return { get: [0x20, unsigned(index)], set: (value) => [value, 0x21, unsigned(index)] };
}

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  subtract: (a: Code, b: Code): Code => [a, b, 0x6b],
  multiply: (a: Code, b: Code): Code => [a, b, 0x6c],
  load: (address: Code): Code => [address, 0x28, 2, 0],
  store: (address: Code, value: Code): Code => [address, value, 0x36, 2, 0],
};

/** Four floats at once; addresses are in bytes and need no alignment. */
export const f32x4 = {
  const: (value: number): Code => [0xfd, 0x0c, ...new Uint8Array(new Float32Array(4).fill(value).buffer)],
  load: (address: Code, offset = 0): Code => [address, 0xfd, 0x00, 2, unsigned(offset)],
  /** One float, four times. */
  loadSplat: (address: Code, offset = 0): Code => [address, 0xfd, 0x09, 2, unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0xfd, 0x0b, 2, unsigned(offset)],
  add: (a: Code, b: Code): Code => [a, b, 0xfd, 0xe4, 0x01],
  subtract: (a: Code, b: Code): Code => [a, b, 0xfd, 0xe5, 0x01],
  multiply: (a: Code, b: Code): Code => [a, b, 0xfd, 0xe6, 0x01],
  /** All bits where a > b, else none. */
  isGreater: (a: Code, b: Code): Code => [a, b, 0xfd, 0x44],
  and: (a: Code, b: Code): Code => [a, b, 0xfd, 0x4e],
};

/** Moves a variable on. */
export const advance = (moved: Local, by: Code): Code => moved.set(i32.add(moved.get, by));

/** The lesser of a position and the last there may be, both unsigned. */
export const atMost = (position: Code, last: Code): Code => [position, last, [position, last, 0x49], 0x1b];

/** Copies `bytes` bytes. */
export const copy = (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, [0xfc, 0x0a, 0, 0]];

/** Runs `body`, which must move `position` on, while it is less than `end` (unsigned); at least once. */
export const repeat = (position: Local, end: Code, body: Code): Code => [
  [0x03, 0x40],
  body,
  [position.get, end, 0x49],
  [0x0d, 0x00],
  0x0b,
];

/**
 * A binary module of functions that work on the memory `env.memory`.
 *
 * @param shared whether that memory is shared between threads
 */
export function assemble(functions: readonly WasmFunction[], shared: boolean): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, vector(parameters.map(() => 0x7f)), 0]);
  const limits = shared ? [0x03, 0, unsigned(65536)] : [0x00, 0];
  const exported = functions.map(({ name }, index) => [text(name), 0x00, unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const declared = locals.map((type) => [1, type === 'i32' ? 0x7f : 0x7b]);
    return sized([vector(declared), body, 0x0b]);
  });
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, vector(types)),
      section(2, vector([[text('env'), text('memory'), 0x02, limits]])),
      section(3, vector(functions.map((_, index) => unsigned(index)))),
      section(7, vector(exported)),
      section(10, vector(bodies)),
    ]),
  );
}

const section = (id: number, content: Code): Code => [id, sized(content)];
const vector = (items: Code): Code => [unsigned(items.length), items];
const text = (value: string): Code => vector([...new TextEncoder().encode(value)]);

function sized(content: Code): Code {
  const bytes = flat(content);
  return [unsigned(bytes.length), bytes];
}

function flat(code: Code): number[] {
  return code.flatMap((part) => (typeof part === 'number' ? [part] : flat(part)));
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const isLast = (rest === 0 && (value & 0x40) === 0) || (rest === -1 && (value & 0x40) !== 0);
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)];
}

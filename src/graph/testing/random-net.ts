import fc from 'fast-check';
import type { Graph, ValueId } from '../graph';
import { Net } from './net';

type Move = (net: Net, state: readonly ValueId[], name: string, pick: (n: number) => number) => ValueId;

/** Ways to grow a network of 4×4 maps of 8 channels (or a multiple of 4) by one value. */
const moves: Readonly<Record<string, Move>> = {
  conv: (net, state, name, pick) => net.conv(any(state, pick), name, [4, 8, 12][pick(3)] ?? 8),
  grouped: (net, state, name, pick) => net.conv(any(state, pick), name, 8, { groups: [2, 4][pick(2)] ?? 2 }),
  depthwise: (net, state, name, pick) => {
    const x = any(state, pick);
    return net.depthwise(x, name, net.channels(x) > 12 ? 1 : 1 + pick(2));
  },
  bn: (net, state, name, pick) => net.bn(any(state, pick), name),
  relu: (net, state, _, pick) => net.relu(any(state, pick)),
  prelu: (net, state, name, pick) => net.prelu(any(state, pick), name),
  residual: (net, state, name, pick) => {
    const x = any(state, pick);
    return net.add(x, net.conv(net.relu(x), name, net.channels(x)));
  },
  add: (net, state, _, pick) => alike(net, state, pick, (a, b) => net.add(a, b)),
  mul: (net, state, _, pick) => alike(net, state, pick, (a, b) => net.binary('mul', a, b)),
  concat: (net, state, _, pick) => net.concat(any(state, pick), any(state, pick)),
  half: (net, state, _, pick) => {
    const x = any(state, pick);
    const count = net.channels(x) / 2;
    return pick(2) === 0
      ? net.slice(x, pick(2) * count, count)
      : net.slice(x, net.channels(x) - 1, count, -1);
  },
  gather: (net, state, _, pick) => {
    const x = any(state, pick);
    return net.gather(
      x,
      Array.from({ length: 8 }, () => pick(net.channels(x))),
    );
  },
  pad: (net, state, _, pick) => net.padChannels(any(state, pick), pick(3) * 2 - 2, 2 + pick(3) * 2),
  shuffle: (net, state, _, pick) => {
    const x = any(state, pick);
    return net.shuffle(x, [2, 4][pick(2)] ?? 2);
  },
  gate: (net, state, name, pick) => net.seGate(any(state, pick), name, 4),
  up: (net, state, name, pick) => {
    const up = net.up(any(state, pick), name, 8, 1 + pick(2));
    return net.conv(up, `${name}.down`, 8, { stride: 2 });
  },
};

/** A small network of one or two outputs, told by moves so that a failing one can be read. */
export interface NetRecipe {
  readonly steps: readonly { readonly move: string; readonly picks: readonly number[] }[];
  readonly flat: boolean;
  readonly two: boolean;
}

export function netRecipe(): fc.Arbitrary<NetRecipe> {
  const steps = fc.array(
    fc.record({
      move: fc.constantFrom(...Object.keys(moves)),
      picks: fc.array(fc.nat({ max: 1000 }), { minLength: 12, maxLength: 12 }),
    }),
    { minLength: 3, maxLength: 9 },
  );
  return fc.record({ steps, flat: fc.boolean(), two: fc.boolean() });
}

export function buildNet(recipe: NetRecipe): Graph {
  const net = new Net();
  const x = net.input('x', 4, 4, 2);
  const state = [net.conv(x, 'stem', 8)];
  recipe.steps.forEach(({ move, picks }, i) => {
    let used = 0;
    const pick = (n: number) => (picks[used++ % picks.length] ?? 0) % n;
    const value = moves[move]?.(net, state, `${move}${i}`, pick);
    const channels = value === undefined ? 0 : net.channels(value);
    if (value !== undefined && channels % 4 === 0 && channels >= 4 && channels <= 32) state.push(value);
  });
  const last = state.at(-1) ?? x;
  const features = recipe.flat ? net.flatten(last) : net.mean(last);
  const hidden = net.relu(net.dense(features, 'hidden', 6));
  const outputs = { y: net.dense(hidden, 'head', 3) };
  if (!recipe.two) return net.outputs(outputs);
  const second = net.conv(state.at(-2) ?? last, 'map', 2, { kernel: 1 });
  return net.outputs({ ...outputs, map: second });
}

function any(state: readonly ValueId[], pick: (n: number) => number): ValueId {
  return state[pick(state.length)] ?? '';
}

/** Joins two values of the same number of channels; a value is always like itself. */
function alike(
  net: Net,
  state: readonly ValueId[],
  pick: (n: number) => number,
  join: (a: ValueId, b: ValueId) => ValueId,
): ValueId {
  const a = any(state, pick);
  const partners = state.filter((b) => net.channels(b) === net.channels(a));
  return join(a, any(partners, pick));
}

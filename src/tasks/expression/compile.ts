import { constant, sizeOf, type Node } from './node';
import {
  add,
  binaries,
  binary,
  chosen,
  equal,
  exp,
  extreme,
  logSoftmax,
  max,
  min,
  pick,
  total,
  unaries,
  unary,
  unequal,
} from './operations';
import { FormulaError, type Formula } from './parse';

/** Nodes in the order in which they are computed; the last is the formula's value. */
export interface Program {
  readonly nodes: readonly Node[];
  readonly result: Node;
}

const functions =
  'mean, sum, max, min, abs, exp, log, sqrt, square, sigmoid, softplus, tanh, relu, softmax, logsoftmax, clip, where, pick';
const mostElements = 2 ** 24;

/**
 * Compiles a formula over named values.
 * @throws FormulaError where a name or function is not known, or shapes do not fit
 */
export function compile(formula: Formula, names: ReadonlyMap<string, Node>): Program {
  const nodes: Node[] = [];
  const keep = (made: Node): Node => {
    nodes.push(made);
    return made;
  };
  const visit = (part: Formula): Node => {
    if (part.kind === 'number') return constant(part.value);
    if (part.kind === 'name') return named(part, names);
    return keep(call(part, visit, keep));
  };
  const result = visit(formula);
  if (sizeOf(result.shape) === 1) return { nodes, result };
  throw new FormulaError(
    formula.at,
    `it gives ${result.shape.join('×')} numbers for each sample, not one.`,
    'Put mean(…) or sum(…) around it.',
  );
}

function named({ name, at }: Extract<Formula, { kind: 'name' }>, names: ReadonlyMap<string, Node>): Node {
  const found = names.get(name);
  if (found) return found;
  throw new FormulaError(at, `there is no "${name}".`, `It knows ${[...names.keys()].join(', ')}.`);
}

type Call = Extract<Formula, { kind: 'call' }>;

function call(part: Call, visit: (part: Formula) => Node, keep: (made: Node) => Node): Node {
  const { name, parts } = part;
  const one = unaries.get(name);
  if (one) return unary(visit(argument(part, 0, 1)), one);
  const two = binaries.get(name);
  if (two && parts.length === 2)
    return join(part, visit(argument(part, 0, 2)), visit(argument(part, 1, 2)), two);
  switch (name) {
    case 'mean':
    case 'sum':
      return total(visit(argument(part, 0, 1, 2)), axisOf(part, visit, 1, null), name === 'mean');
    case 'max':
    case 'min':
      return extreme(visit(argument(part, 0, 1)), name === 'max' ? 1 : -1);
    case 'softmax':
    case 'logsoftmax': {
      const operand = visit(argument(part, 0, 1, 2));
      const logs = logSoftmax(operand, axisOf(part, visit, 1, operand) ?? 0);
      return name === 'logsoftmax' ? logs : unary(keep(logs), exp);
    }
    case 'clip': {
      const low = join(part, visit(argument(part, 0, 3)), visit(argument(part, 1, 3)), max);
      return join(part, keep(low), visit(argument(part, 2, 3)), min);
    }
    case 'where':
      return choose(part, visit, keep);
    case 'pick': {
      const operand = visit(argument(part, 0, 2, 3));
      const made = pick(operand, visit(argument(part, 1, 2, 3)), axisOf(part, visit, 2, operand) ?? 0);
      if (made) return made;
      throw new FormulaError(
        part.at,
        `pick wants class numbers for every position of ${operand.shape.join('×')}.`,
        'Give labels without the class axis, and the axis: pick(y, t, 0).',
      );
    }
    default:
      throw new FormulaError(part.at, `there is no function "${name}".`, `It knows ${functions}.`);
  }
}

/** where(c, a, b): a where c is not 0, b elsewhere. */
function choose(part: Call, visit: (part: Formula) => Node, keep: (made: Node) => Node): Node {
  const condition = visit(argument(part, 0, 3));
  const yes = keep(join(part, condition, constant(0), unequal));
  const no = keep(join(part, condition, constant(0), equal));
  const first = keep(join(part, yes, visit(argument(part, 1, 3)), chosen));
  const second = keep(join(part, no, visit(argument(part, 2, 3)), chosen));
  return join(part, first, second, add);
}

function join(part: Call, left: Node, right: Node, two: Parameters<typeof binary>[2]): Node {
  const made = binary(left, right, two);
  if (made && made.value.length <= mostElements) return made;
  const shapes = `${left.shape.join('×') || 'a number'} and ${right.shape.join('×') || 'a number'}`;
  throw new FormulaError(
    part.at,
    made ? `${shapes} together are too large.` : `${shapes} do not fit together.`,
    'Both must have the same shape, or one of them length 1 where they differ.',
  );
}

function argument(part: Call, index: number, least: number, most = least): Formula {
  const { parts, name, at } = part;
  const found = parts[index];
  if (found && parts.length >= least && parts.length <= most) return found;
  const wanted = least === most ? String(least) : `${least} or ${most}`;
  throw new FormulaError(at, `${name} takes ${wanted} values, and has ${parts.length}.`, 'Correct the call.');
}

/** The axis that a call names; of a plain vector its only one. */
function axisOf(
  part: Call,
  visit: (part: Formula) => Node,
  index: number,
  required: Node | null,
): number | null {
  const { parts, name, at } = part;
  const written = parts[index];
  if (!written) {
    if (!required || required.shape.length === 1) return required ? 0 : null;
    throw new FormulaError(
      at,
      `${name} does not say along which of ${required.shape.length} axes.`,
      `Name the axis of the classes, counted from 0: ${name}(…, 0).`,
    );
  }
  const rank = visit(argument(part, 0, 1, 3)).shape.length;
  if (written.kind === 'number' && Number.isInteger(written.value) && written.value < rank)
    return written.value;
  throw new FormulaError(
    written.at,
    'it is not an axis of the value.',
    `Give a number from 0 to ${Math.max(rank - 1, 0)}.`,
  );
}

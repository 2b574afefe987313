/** A formula as a tree; `at` is the column, from 1. */
export type Formula = { readonly at: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly parts: readonly Formula[] }
);

/** A mistake in a formula, at a column counted from 1. */
export class FormulaError extends Error {
  readonly at: number;
  readonly advice: string;

  constructor(at: number, problem: string, advice: string) {
    super(problem);
    this.at = at;
    this.advice = advice;
  }
}

interface Token {
  readonly at: number;
  readonly text: string;
  readonly kind: 'number' | 'name' | 'sign' | 'end';
}

const longest = 2000;
const deepest = 64;
const token =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|[-+*/^(),<>]))/y;

/** Binary operators by how tightly they bind, and the functions that they stand for. */
const operators: Readonly<Record<string, { readonly binds: number; readonly name: string }>> = {
  '<': { binds: 1, name: 'less' },
  '>': { binds: 1, name: 'greater' },
  '<=': { binds: 1, name: 'at most' },
  '>=': { binds: 1, name: 'at least' },
  '==': { binds: 1, name: 'equal' },
  '!=': { binds: 1, name: 'unequal' },
  '+': { binds: 2, name: 'add' },
  '-': { binds: 2, name: 'subtract' },
  '*': { binds: 3, name: 'multiply' },
  '/': { binds: 3, name: 'divide' },
  '^': { binds: 5, name: 'power' },
};
const signBinds = 4;

/**
 * Reads numbers, names, + − * / ^, comparisons, parentheses and calls such as `mean((y - t)^2)`. Operators and signs become
 * calls.
 * @throws FormulaError at the column of the mistake
 */
export function parseFormula(text: string): Formula {
  if (text.length > longest) {
    throw new FormulaError(longest, `it is longer than ${longest} characters.`, 'Write it shorter.');
  }
  return new Parser(tokens(text)).whole();
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    token.lastIndex = at;
    const [all, number, name, sign] = token.exec(text) ?? [];
    if (all === undefined) {
      const column = at + (/\S/.exec(text.slice(at))?.index ?? 0) + 1;
      throw new FormulaError(column, `"${text[column - 1] ?? ''}" means nothing there.`, 'Take it out.');
    }
    const own = number ?? name ?? sign ?? '';
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    at += all.length;
    found.push({ at: at - own.length + 1, text: own, kind });
  }
  return [...found, { at: text.length + 1, text: 'the end', kind: 'end' }];
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  whole(): Formula {
    const formula = this.#expression(0);
    const rest = this.#peek();
    if (rest.kind === 'end') return formula;
    throw new FormulaError(rest.at, `"${rest.text}" does not follow there.`, 'Put an operator before it.');
  }

  /** What binds tighter than `least`. */
  #expression(least: number): Formula {
    if (++this.#depth > deepest)
      throw new FormulaError(this.#peek().at, 'it is nested too deeply.', 'Write it flatter.');
    let left = this.#operand();
    for (;;) {
      const sign = this.#peek();
      const operator = sign.kind === 'sign' ? operators[sign.text] : undefined;
      if (!operator || operator.binds <= least) break;
      this.#next++;
      const right = this.#expression(sign.text === '^' ? operator.binds - 1 : operator.binds);
      left = { kind: 'call', name: operator.name, parts: [left, right], at: sign.at };
    }
    this.#depth--;
    return left;
  }

  #operand(): Formula {
    const { at, text, kind } = this.#take();
    if (kind === 'number') return { kind: 'number', value: Number(text), at };
    if (kind === 'name') {
      if (this.#peek().text !== '(') return { kind: 'name', name: text, at };
      this.#next++;
      return { kind: 'call', name: text, parts: this.#parts(), at };
    }
    if (text === '-' || text === '+') {
      const operand = this.#expression(signBinds - 1);
      return text === '+' ? operand : { kind: 'call', name: 'negative', parts: [operand], at };
    }
    if (text === '(') {
      const inner = this.#expression(0);
      this.#close();
      return inner;
    }
    const what = kind === 'end' ? 'it ends' : `"${text}" stands`;
    throw new FormulaError(at, `${what} where a value is missing.`, 'Put a number, a name or a call there.');
  }

  #parts(): readonly Formula[] {
    const parts = [this.#expression(0)];
    while (this.#peek().text === ',') {
      this.#next++;
      parts.push(this.#expression(0));
    }
    this.#close();
    return parts;
  }

  #close() {
    const { at, text } = this.#take();
    if (text !== ')')
      throw new FormulaError(at, `"${text}" stands where ")" is missing.`, 'Close the parenthesis.');
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { at: 1, text: 'the end', kind: 'end' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }
}

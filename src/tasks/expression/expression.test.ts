import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, floats, kindIn, lossOf, type Detector } from '../testing/arrays';
import { expectGradient } from '../testing/gradient';
import { parseFormula, type Formula } from './parse';

const arrays = [floats('target', [1, 2, 3], [0, 1, 2, 3, 4, 5])];
const values = [0.5, 1.5, 2, 2, 5, 4.25];
const outputs: Detector['outputs'] = [{ sample: [2, 3], values }];
const of = (expression: string) => kindIn({ spec: { loss: 'expression', expression }, arrays, outputs });

describe('a formula', () => {
  it.each([
    ['mean((y - t)^2)', (0.25 + 0.25 + 0 + 1 + 1 + 0.5625) / 6],
    ['sum(abs(y - target))', 0.5 + 0.5 + 0 + 1 + 1 + 0.75],
    ['mean(sum(y, 0))', (2.5 + 6.5 + 6.25) / 3],
    ['max(mean(y, 1))', (2 + 5 + 4.25) / 3],
    ['2^3^2 - 500', 12],
    ['8 / 2 / 2 - -2^2', 6],
    ['sum(where(t > 2, 1, 0) * (y >= 2))', 3],
    ['sum(clip(y, 1, 2))', 1 + 1.5 + 2 + 2 + 2 + 2],
    ['mean(max(y, t)) - mean(min(y1, t1))', 3.75 / 6],
    ['sum(softmax(y, 1))', 2],
    ['1e1 + .5', 10.5],
  ])('%s', (expression, expected) => {
    expect(lossOf(of(expression), values)).toBeCloseTo(expected, 12);
  });

  it('picks classes: cross-entropy written out', () => {
    const map = [bytes('labels', [1, 1, 2], [2, 0])];
    const logits = [0, 1, 2, 0, 1, -1];
    const own = { arrays: map, outputs: [{ sample: [3, 1, 2], values: logits }] };
    const formula = kindIn({
      spec: { loss: 'expression', expression: 'mean(-pick(logsoftmax(y, 0), t, 0))' },
      ...own,
    });
    const named = kindIn({ spec: { loss: 'cross-entropy' }, ...own });
    expect(lossOf(formula, logits)).toBeCloseTo(lossOf(named, logits), 12);
  });

  it('reads several outputs and arrays', () => {
    const kind = kindIn({
      spec: { loss: 'expression', expression: 'mean(y1 * t2) + sum(y2)' },
      arrays: [floats('a', [1], [2]), floats('b', [1, 2], [3, 4])],
      outputs: [
        { sample: [2], values: [1, 2] },
        { sample: [3], values: [1, 1, 1] },
      ],
    });
    expect(lossOf(kind, [1, 2], [1, 1, 1])).toBeCloseTo((3 + 8) / 2 + 3, 12);
  });
});

it('slopes are those of the formula', () => {
  const formula = fc.constantFrom(
    'mean((y - t)^2)',
    'sum(sigmoid(y) * exp(-abs(t)) + mean(y, 0)^2)',
    'mean(softplus(y) + tanh(y)^2 + relu(y - 1))',
    'sum(softmax(y, 1) * t) / (1 + sum(square(y)))',
    'mean(log(1 + exp(y)) + sqrt(1 + y^2))',
    'sum(where(t > 2, y^2, abs(y)))',
    'mean(2^y + clip(y, -5, 0.33))',
    'mean(-pick(logsoftmax(y, 1), mean(t, 1) > 2, 1))',
  );
  const number = fc.double({ min: -2, max: 2, noNaN: true }).filter((x) => Math.abs(x) > 0.01);
  fc.assert(
    fc.property(formula, fc.array(number, { minLength: 6, maxLength: 6 }), (expression, own) => {
      expectGradient(of(expression), [own]);
    }),
    { numRuns: 100, seed: 5 },
  );
});

it('the slope of a largest or smallest value goes to that value', () => {
  expectGradient(of('max(y) - min(y)'), [values]);
});

describe('mistakes are named by their column', () => {
  it.each([
    ['mean(y - )', 'column 10: ")" stands where a value is missing.'],
    ['mean(y - t', 'column 11: "the end" stands where ")" is missing.'],
    ['mean(z)', 'column 6: there is no "z". It knows y1, y, y0, t1, t, target.'],
    ['mean(constructor(y))', 'column 6: there is no function "constructor".'],
    ['__proto__', 'column 1: there is no "__proto__".'],
    ['y - t', 'column 3: it gives 2×3 numbers for each sample, not one. Put mean(…) or sum(…) around it.'],
    ['mean(y $ t)', 'column 8: "$" means nothing there.'],
    ['mean(y t)', 'column 8: "t" stands where ")" is missing.'],
    ['1 2', 'column 3: "2" does not follow there.'],
    ['sum(softmax(y))', 'column 5: softmax does not say along which of 2 axes.'],
    ['sum(y, 2)', 'column 8: it is not an axis of the value. Give a number from 0 to 1.'],
    ['mean(pick(y, t, 0))', 'column 6: pick wants class numbers for every position of 2×3.'],
    ['exp(y, t)', 'column 1: exp takes 1 values, and has 2.'],
    ['mean(y - t) - 9', 'it gives -8.95'],
    ['mean(log(y - 9))', 'it gives NaN for sample 0 (counted from 0) of the unpruned model.'],
  ])('%s', (expression, message) => {
    expect(() => of(expression)).toThrow(message);
  });

  it('and none makes it hang or crash', () => {
    const part = fc.constantFrom(
      'y',
      't',
      '(',
      ')',
      '+',
      '-',
      '^',
      ',',
      'mean',
      'softmax',
      '1',
      '<',
      'pick',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        try {
          of(parts.join(''));
        } catch (error) {
          expect(error).toMatchObject({ name: 'InputError' });
        }
      }),
      { numRuns: 300 },
    );
    expect(() => of('('.repeat(500))).toThrow('it is nested too deeply.');
    expect(() => of('-'.repeat(500))).toThrow('it is nested too deeply.');
  });
});

it('binds powers tightest and to the right, signs below them', () => {
  const text = (formula: Formula): string =>
    formula.kind === 'call'
      ? `${formula.name}(${formula.parts.map(text).join(', ')})`
      : String(formula.kind === 'number' ? formula.value : formula.name);
  expect(text(parseFormula('-a^b^c * d - e < f'))).toBe(
    'less(subtract(multiply(negative(power(a, power(b, c))), d), e), f)',
  );
});

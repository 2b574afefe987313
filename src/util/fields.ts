import { InputError } from './errors';

/** What reading a JSON document has in common: the file's name for messages, and warnings as they come. */
export interface Reading {
  readonly file: string;
  readonly warnings: string[];
}

/** One object of a JSON document. Every reader names the key and the mend when a value is not what it should be. */
export class Fields {
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly read = new Set<string>();
  private readonly reading: Reading;
  private readonly path: string;

  constructor(reading: Reading, path: string, value: unknown, advice = 'Give an object: { … }.') {
    this.reading = reading;
    this.path = path;
    if (!isObject(value)) throw this.error('', `it is ${kindOf(value)}, not an object.`, advice);
    this.values = new Map(Object.entries(value));
  }

  has(key: string): boolean {
    return this.values.get(key) !== undefined;
  }

  isNull(key: string): boolean {
    this.read.add(key);
    return this.values.get(key) === null;
  }

  isText(key: string): boolean {
    return typeof this.values.get(key) === 'string';
  }

  text(key: string, advice = 'Give a text in quotes.'): string {
    const value = this.get(key, advice);
    if (typeof value === 'string' && value !== '') return value;
    throw this.error(key, `it is ${kindOf(value)}, not a text.`, advice);
  }

  flag(key: string): boolean {
    const advice = 'Write true or false.';
    const value = this.get(key, advice);
    if (typeof value === 'boolean') return value;
    throw this.error(key, `it is ${kindOf(value)}, not true or false.`, advice);
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback?: T): T {
    if (fallback !== undefined && !this.has(key)) return fallback;
    const advice = `Use ${choices.length > 1 ? 'one of ' : ''}${choices.map((choice) => `"${choice}"`).join(', ')}.`;
    const value = this.get(key, advice);
    const choice = choices.find((one) => one === value);
    if (choice !== undefined) return choice;
    throw this.error(key, `${JSON.stringify(value)} is not known.`, advice);
  }

  number(key: string, accept: NumberRule, fallback?: number): number {
    if (fallback !== undefined && !this.has(key)) return fallback;
    return this.checkNumber(key, this.get(key, accept.advice), accept);
  }

  numbers(key: string, accept: NumberRule, fallback: readonly number[]): readonly number[] {
    if (!this.has(key)) return fallback;
    const list = this.list(key, accept.advice);
    return list.map((value, index) => this.checkNumber(`${key}[${index}]`, value, accept));
  }

  texts(key: string): readonly string[] {
    if (!this.has(key)) return [];
    const advice = 'Give a list of texts: ["…"].';
    return this.list(key, advice, true).map((value, index) => {
      if (typeof value === 'string') return value;
      throw this.error(`${key}[${index}]`, `it is ${kindOf(value)}, not a text.`, advice);
    });
  }

  /** A text, or a list of at least one. */
  textOrTexts(key: string, advice: string): string | readonly string[] {
    if (!Array.isArray(this.get(key, advice))) return this.text(key, advice);
    return this.list(key, advice).map((value, index) => {
      if (typeof value === 'string' && value !== '') return value;
      throw this.error(`${key}[${index}]`, `it is ${kindOf(value)}, not a text.`, advice);
    });
  }

  numberLists(key: string, accept: NumberRule): readonly (readonly number[])[] {
    return this.list(key, accept.advice).map((list, index) => {
      const place = `${key}[${index}]`;
      if (!Array.isArray(list)) throw this.error(place, `it is ${kindOf(list)}, not a list.`, accept.advice);
      return list.map((value: unknown, at) => this.checkNumber(`${place}[${at}]`, value, accept));
    });
  }

  list(key: string, advice: string, emptyAllowed = false): readonly unknown[] {
    const value = this.get(key, advice);
    if (!Array.isArray(value)) throw this.error(key, `it is ${kindOf(value)}, not a list.`, advice);
    if (value.length === 0 && !emptyAllowed) throw this.error(key, 'the list is empty.', advice);
    return value.map((entry: unknown) => entry);
  }

  object(key: string, advice: string): Fields {
    return new Fields(this.reading, this.at(key), this.get(key, advice), advice);
  }

  objects(key: string, advice: string): readonly Fields[] {
    return this.list(key, advice).map(
      (value, index) => new Fields(this.reading, this.at(`${key}[${index}]`), value),
    );
  }

  error(key: string, problem: string, advice: string): InputError {
    return new InputError({ file: this.reading.file, place: this.at(key), problem, advice });
  }

  /** To be called last: warns of keys that nothing has read. */
  warnOfOthers() {
    for (const key of this.values.keys()) {
      if (this.read.has(key)) continue;
      const where = [this.reading.file, this.path].filter((part) => part !== '').join(', ');
      this.reading.warnings.push(`${where}: "${key}" is not a known key and is left out.`);
    }
  }

  private get(key: string, advice: string): unknown {
    this.read.add(key);
    const value = this.values.get(key);
    if (value === undefined) throw this.error(key, 'it is missing.', advice);
    return value;
  }

  private checkNumber(key: string, value: unknown, { test, advice }: NumberRule): number {
    if (typeof value !== 'number') throw this.error(key, `it is ${kindOf(value)}, not a number.`, advice);
    if (Number.isFinite(value) && test(value)) return value;
    throw this.error(key, `${value} cannot be used.`, advice);
  }

  private at(key: string): string {
    return [this.path, key].filter((part) => part !== '').join('.');
  }
}

export interface NumberRule {
  readonly test: (value: number) => boolean;
  readonly advice: string;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === '') return 'empty';
  return `a${typeof value === 'object' ? 'n' : ''} ${typeof value}`;
}

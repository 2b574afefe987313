/** A person's input cannot be used. The message is one sentence: which file, where in it, and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly file: string;
  readonly place: string;
  readonly problem: string;
  readonly advice: string;

  constructor(parts: { file: string; place?: string; problem: string; advice: string }) {
    const where = parts.place ? `${parts.file}, ${parts.place}` : parts.file;
    super(`${where}: ${parts.problem} ${parts.advice}`.trim());
    this.file = parts.file;
    this.place = parts.place ?? '';
    this.problem = parts.problem;
    this.advice = parts.advice;
  }
}

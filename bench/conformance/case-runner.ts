import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './protocol';
import { failure, type Outcome } from './record';

/** A process that holds more is replaced before the next case. */
const MOST_MEMORY = 1.5e9;

/** Runs cases in another process, which is replaced when it dies, takes too long, or has grown. */
export class CaseRunner {
  readonly #longest: number;
  #child: ChildProcess | null = null;

  /** @param longest ms that a case may take */
  constructor(longest: number) {
    this.#longest = longest;
  }

  run(question: Question): Promise<Outcome> {
    const child = (this.#child ??= start());
    return new Promise((resolve) => {
      const end = (outcome: Outcome, replace: boolean) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (replace) this.close();
        resolve(outcome);
      };
      const timer = setTimeout(
        () => end(failure(`it takes over ${this.#longest / 1000} s`), true),
        this.#longest,
      );
      child.once('message', ({ outcome, memory }: Answer) => end(outcome, memory > MOST_MEMORY));
      child.once('exit', (code, signal) => end(failure(`its process ended (${signal ?? code})`), true));
      child.once('error', (error) => end(failure(`its process failed: ${error.message}`), true));
      child.send(question);
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

function start(): ChildProcess {
  const script = fileURLToPath(new URL('./process.ts', import.meta.url));
  const execArgv = ['--import', import.meta.resolve('tsx'), '--max-old-space-size=4096'];
  return fork(script, { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

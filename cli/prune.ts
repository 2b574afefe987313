import './quiet-console';
import { InputError } from '../src/util/errors';
import { readArguments, usage } from './args';

const toStdout = (line: string) => process.stdout.write(`${line}\n`);
const toStderr = (line: string) => process.stderr.write(`${line.replace(/\s*\n\s*/g, ' ')}\n`);

/** @returns the exit status: 0 done, 2 bad input (one line on stderr), 1 a fault of the program */
async function main(): Promise<number> {
  try {
    const args = readArguments(process.argv.slice(2));
    if (args === 'help') {
      toStdout(`Usage: ${usage}`);
      return 0;
    }
    const { prune } = await import('./run');
    await prune(args, args.quiet ? () => undefined : toStdout);
    return 0;
  } catch (error) {
    if (error instanceof InputError) {
      toStderr(error.message);
      return 2;
    }
    toStderr(`prune: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
}

process.exitCode = await main();

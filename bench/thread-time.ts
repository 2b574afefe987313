import { readFileSync, readdirSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/** Seconds of processor time that each thread of this process has used, by thread; empty where there is no /proc. */
export function threadSeconds(): ReadonlyMap<string, number> {
  const threads = new Map<string, number>();
  for (const thread of list('/proc/self/task')) {
    const stat = read(`/proc/self/task/${thread}/stat`);
    // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th fields after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    threads.set(thread, (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND);
  }
  return threads;
}

/** The most that one thread has used since: the time the work takes when every thread has a core of its own. */
export function busiestSince(before: ReadonlyMap<string, number>): number {
  const used = [...threadSeconds()].map(([thread, seconds]) => seconds - (before.get(thread) ?? 0));
  return Math.max(0, ...used);
}

/** Milliseconds of processor time of the thread that asks; of the clock where there is no /proc. */
export function ownMilliseconds(): number {
  const nanoseconds = read('/proc/thread-self/schedstat').split(' ')[0];
  return nanoseconds ? Number(nanoseconds) / 1e6 : performance.now();
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The thread has ended in the meantime.
    return '';
  }
}

import type { Report } from '../pruning/report';

/**
 * One line a trial: which group and threshold, what was tried, each task's relative loss rise, and whether this
 * trial was committed. RFC 4180, with a header.
 */
export function trialsCsv({ baseline, steps }: Report): string {
  const tasks = Object.keys(baseline);
  const header = [
    'step',
    'group',
    'threshold',
    'size',
    'ratio',
    'removed',
    ...tasks.map((task) => `drop ${task}`),
    'bound',
    'committed',
    'stopped by',
  ];
  const lines = steps.flatMap(({ group, threshold, sizeBefore, trials, committed, stoppedBy }, step) =>
    trials.map(({ ratio, removed, drops, bound }) => [
      step + 1,
      group,
      threshold,
      sizeBefore,
      ratio,
      removed,
      ...tasks.map((task) => drops[task] ?? ''),
      bound,
      committed?.ratio === ratio ? 'yes' : 'no',
      stoppedBy ?? '',
    ]),
  );
  return [header, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

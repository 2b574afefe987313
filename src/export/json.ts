import type { Report } from '../pruning/report';

/** `report.json`. JSON has no infinity: a drop that is infinite is written as the largest double. */
export function reportJson(report: Report): string {
  const finite = (_: string, value: unknown) => (value === Infinity ? Number.MAX_VALUE : value);
  return `${JSON.stringify(report, finite, 2)}\n`;
}

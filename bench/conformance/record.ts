export type Status = 'pass' | 'fail' | 'unsupported' | 'frozen';

/** What a suite found out about one case. */
export interface CaseRecord {
  readonly suite: string;
  readonly case: string;
  readonly status: Status;
  /** The largest difference found, over the scale of the output it was found in. */
  readonly worstError: number;
  /** Why it did not pass, or what to know although it did. */
  readonly reason: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** A table with a line for each case that is `shown`, and the sums. */
export function printRecords(
  records: readonly CaseRecord[],
  shown: (record: CaseRecord) => boolean = () => true,
): void {
  const lines = records.filter(shown);
  const width = Math.max(0, ...lines.map((record) => record.case.length));
  for (const { case: name, status, worstError, counts, reason } of lines) {
    const error = Number.isFinite(worstError) ? worstError.toExponential(1) : '-';
    const numbers = Object.entries(counts).map(([key, count]) => `${key} ${count}`);
    console.log([name.padEnd(width), status.padEnd(11), error.padEnd(8), ...numbers, reason].join('  '));
  }
  const statuses = ['pass', 'fail', 'unsupported', 'frozen'] as const;
  const sums = statuses.map((status) => `${records.filter((one) => one.status === status).length} ${status}`);
  console.log(`${records.length} cases: ${sums.join(', ')}`);
}

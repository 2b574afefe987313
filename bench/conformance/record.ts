export type Status = 'pass' | 'fail' | 'unsupported' | 'frozen';

/** What came out of one case. */
export interface Outcome {
  readonly status: Status;
  /** The largest difference found, over the scale of the output it was found in; null where nothing was compared. */
  readonly worstError: number | null;
  /** Why it did not pass, or what to know although it did. */
  readonly reason: string;
  readonly counts: Readonly<Record<string, number>>;
}

export interface CaseRecord extends Outcome {
  readonly suite: string;
  readonly case: string;
}

/** A folder of cases of one kind. */
export interface Suite {
  readonly id: string;
  /** The cases' names. */
  list(folder: string): readonly string[];
  /** Whatever it throws is a failure of the case. */
  run(folder: string, name: string): Promise<Outcome>;
  /** A table of its own beside the list of cases. */
  summary?(folder: string, records: readonly CaseRecord[]): string;
}

export function failure(reason: string): Outcome {
  return { status: 'fail', worstError: null, reason: reason.slice(0, 400), counts: {} };
}

/** A table with a line for each case that is `shown`, and the sums. */
export function printRecords(
  records: readonly CaseRecord[],
  shown: (record: CaseRecord) => boolean = () => true,
): void {
  const lines = records.filter(shown);
  const width = Math.max(0, ...lines.map((record) => record.case.length));
  for (const { case: name, status, worstError, counts, reason } of lines) {
    const error = worstError !== null && Number.isFinite(worstError) ? worstError.toExponential(1) : '-';
    const numbers = Object.entries(counts).map(([key, count]) => `${key} ${count}`);
    console.log([name.padEnd(width), status.padEnd(11), error.padEnd(8), ...numbers, reason].join('  '));
  }
  const statuses = ['pass', 'fail', 'unsupported', 'frozen'] as const;
  const sums = statuses.map((status) => `${records.filter((one) => one.status === status).length} ${status}`);
  console.log(`${records.length} cases: ${sums.join(', ')}`);
}

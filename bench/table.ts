export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Columns as wide as their widest cell; the first is text, the others are numbers. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    print(cells.join('  '));
  }
}

/** Prints a figure beside what it should be. */
export function aim(
  what: string,
  value: number,
  { atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number },
): void {
  const isReached = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  const wanted = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  print(`${isReached ? '✓' : '✗'} ${what}: ${value.toFixed(2)} (aim ${wanted})`);
}

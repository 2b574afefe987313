/** `npm test`: type-check, lint, unit tests, build and end-to-end tests, then one line with the counts. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium';
import { freePort } from './free-port';

const results = mkdtempSync(join(tmpdir(), 'pagcp-test-'));
const unitFile = join(results, 'unit.json');
const e2eFile = join(results, 'e2e.json');
let passed = 0;
let failed = 0;

async function run(
  title: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  console.log(`\n— ${title}`);
  const started = Date.now();
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const status = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  console.log(
    `${title}: ${status === 0 ? 'ok' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
  return status === 0;
}

async function check(title: string, command: string, args: readonly string[]): Promise<boolean> {
  const ok = await run(title, command, args);
  if (ok) passed += 1;
  else failed += 1;
  return ok;
}

function count(ok: boolean, read: () => { passed: number; failed: number }): void {
  try {
    const counts = read();
    passed += counts.passed;
    failed += ok ? counts.failed : Math.max(1, counts.failed);
  } catch {
    failed += 1;
  }
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

// Each takes one core.
await Promise.all([
  check('Type-check', 'npm', ['run', '--silent', 'typecheck']),
  check('Lint', 'npm', ['run', '--silent', 'lint']),
]);

const unit = await run('Unit tests', 'npx', [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${unitFile}`,
]);
count(unit, () => {
  // vitest's JSON report
  const report = readJson(unitFile) as { numPassedTests: number; numFailedTests: number };
  return { passed: report.numPassedTests, failed: report.numFailedTests };
});

if (await check('Build', 'npm', ['run', '--silent', 'build'])) {
  ensureChromium();
  const e2e = await run('End-to-end tests', 'npx', ['playwright', 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: e2eFile,
    STUDIO_PORT: String(await freePort()),
  });
  count(e2e, () => {
    // Playwright's JSON report
    const { stats } = readJson(e2eFile) as { stats: { expected: number; flaky: number; unexpected: number } };
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
  });
}

rmSync(results, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { chromium } from '@playwright/test';

const systemPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium that is already on the machine: a system one, else undefined when only Playwright's own may be. */
export function chromiumPath(): string | undefined {
  return systemPaths.find((path) => existsSync(path));
}

/** Installs a Chromium if there is none: Debian's package where apt is, else Playwright's own build. */
export function ensureChromium(): void {
  if (chromiumPath() ?? existsSync(chromium.executablePath())) return;
  const steps = existsSync('/usr/bin/apt-get') ? [...aptSteps(), playwrightStep] : [playwrightStep];
  for (const [command, ...args] of steps) {
    spawnSync(command, args, { stdio: 'inherit' });
    if (chromiumPath() ?? existsSync(chromium.executablePath())) return;
  }
  throw new Error('No Chromium was found or could be installed. Install one, then run the tests again.');
}

type Step = readonly [string, ...string[]];
const playwrightStep: Step = ['npx', 'playwright', 'install', 'chromium'];

function aptSteps(): Step[] {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args: string[]): Step => {
    const [first = 'apt-get', ...rest] = [...sudo, 'apt-get', ...args];
    return [first, ...rest];
  };
  return [apt('update'), apt('install', '-y', 'chromium')];
}

import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Of the Layout Instability API, which the DOM's types lack. */
interface LayoutShift {
  readonly value: number;
  readonly hadRecentInput: boolean;
}

/** A page whose console must stay free of errors, and the few moves that the tests share. */
class StudioPage {
  readonly page: Page;
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  /** Opens the studio and waits until the demo can be run. */
  async open(path = './'): Promise<void> {
    await this.page.goto(path);
    await expect(this.button('Run')).toBeEnabled({ timeout: 60_000 });
  }

  button(name: string) {
    return this.page.locator('.top-bar').getByRole('button', { name, exact: true });
  }

  get status() {
    return this.page.locator('.run-progress p');
  }

  async useBackend(name: 'wasm' | 'webgpu'): Promise<void> {
    await this.page.getByLabel('Backend').selectOption(name);
    await expect(this.button('Run')).toBeEnabled({ timeout: 120_000 });
  }

  /** From now on, notes tasks that keep the page from answering, and what moves without having been asked to. */
  async watchMainThread(): Promise<void> {
    await this.page.evaluate(() => {
      const seen = { tasks: new Array<number>(), shift: 0 };
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.tasks.push(Math.round(duration));
      }).observe({ type: 'longtask' });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & LayoutShift)[])
          if (!entry.hadRecentInput) seen.shift += entry.value;
      }).observe({ type: 'layout-shift' });
      Object.assign(window, { seen });
    });
  }

  /** Durations of tasks over 50 ms, and the sum of layout shifts, since `watchMainThread`. */
  async mainThread(): Promise<{ readonly tasks: readonly number[]; readonly shift: number }> {
    return this.page.evaluate(() => (window as unknown as { seen: { tasks: number[]; shift: number } }).seen);
  }

  /** Bytes of live objects on the page's own heap. */
  async pageHeap(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  }

  /** Violations of WCAG's levels A and AA, each with the elements. */
  async violations(): Promise<string[]> {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(tags).analyze();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
  }

  /** Drops files on the page as a person would, from bytes. */
  async drop(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void> {
    const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
    const transfer = await this.page.evaluateHandle((list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    }, plain);
    await this.page.dispatchEvent('.studio', 'dragover', { dataTransfer: transfer });
    await this.page.dispatchEvent('.studio', 'drop', { dataTransfer: transfer });
  }

  async download(button: string): Promise<{ name: string; bytes: Uint8Array }> {
    const waiting = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: button, exact: true }).click();
    const download = await waiting;
    return { name: download.suggestedFilename(), bytes: new Uint8Array(readFileSync(await download.path())) };
  }
}

export const test = base.extend<{ studio: StudioPage }>({
  studio: async ({ page }, use) => {
    const studio = new StudioPage(page);
    await use(studio);
    expect(studio.errors, 'the console stays free of errors').toEqual([]);
  },
});

export function projectFile(path: string): { name: string; bytes: Uint8Array } {
  return { name: basename(path), bytes: new Uint8Array(readFileSync(path)) };
}

export { expect };

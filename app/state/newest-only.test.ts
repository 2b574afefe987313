import { describe, expect, it } from 'vitest';
import { newestOnly } from './newest-only';

describe('newestOnly', () => {
  it('never has two in flight, and calls made meanwhile become one more', async () => {
    let flying = 0;
    let most = 0;
    let runs = 0;
    const ask = newestOnly(async () => {
      flying += 1;
      most = Math.max(most, flying);
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      flying -= 1;
    });
    for (let call = 0; call < 10; call += 1) ask();
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect({ most, runs }).toEqual({ most: 1, runs: 2 });
  });
});

import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/pruning/events';
import { neighbouringStep, stepEnds } from './steps';

const event = (kind: RunEvent['kind']) => ({ kind }) as RunEvent; // only the kind matters here
const kinds = [
  'run-started',
  'order-found',
  'step-began',
  'trial-measured',
  'step-ended',
  'step-began',
  'step-ended',
] as const;
const events = kinds.map(event);

describe('resting places of the timeline', () => {
  it('are the ends of steps', () => {
    expect(stepEnds(events)).toEqual([5, 7]);
  });

  it('are walked one by one, from before the first step to the live edge', () => {
    expect(neighbouringStep(events, 7, -1)).toBe(5);
    expect(neighbouringStep(events, 5, -1)).toBe(2);
    expect(neighbouringStep(events, 2, 1)).toBe(5);
    expect(neighbouringStep(events, 7, 1)).toBe(7);
  });
});

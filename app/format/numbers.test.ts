import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDuration,
  formatMacs,
  formatParams,
  formatPercent,
  formatPoints,
  formatTimes,
  significant,
} from './numbers';

/** Reads easier than narrow no-break spaces. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('numbers', () => {
  it.each([
    [33_368_960, '33.4 MMACs'],
    [994, '994 MACs'],
    [999_600, '1 MMACs'],
    [2_500_000_000, '2.5 GMACs'],
  ])('writes %d MACs as %s', (macs, text) => expect(plain(formatMacs(macs))).toBe(text));

  it('writes params and bytes with a unit of the right size', () => {
    expect(plain(formatParams(179_140))).toBe('179 k');
    expect(plain(formatParams(32))).toBe('32');
    expect(plain(formatBytes(734_402))).toBe('734 kB');
    expect(plain(formatBytes(12))).toBe('12 B');
  });

  it.each([
    [0.0631, '6.3 %'],
    [-0.004, '−0.4 %'],
    [4.677, '468 %'],
    [-0.0001, '0.0 %'],
    [Number.NaN, '–'],
  ])('writes the fraction %d as %s', (fraction, text) => expect(plain(formatPercent(fraction))).toBe(text));

  it('gives a change its sign, except when it shows as zero', () => {
    expect(plain(formatChange(0.0631))).toBe('+6.3 %');
    expect(plain(formatChange(-0.0631))).toBe('−6.3 %');
    expect(plain(formatChange(0.0002))).toBe('0.0 %');
    expect(plain(formatChange(0.005))).toBe('+0.5 %');
    expect(plain(formatPoints(0.013))).toBe('+1.3 pp');
  });

  it.each([
    [0.42, '0.42 ms'],
    [12.34, '12.3 ms'],
    [4210, '4.2 s'],
    [59_999, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_720_000, '1 h 02 min'],
  ])('writes %d ms as %s', (ms, text) => expect(plain(formatDuration(ms))).toBe(text));

  it('groups long counts and keeps significant digits', () => {
    expect(plain(formatCount(1_234_567))).toBe('1 234 567');
    expect(formatCount(4096)).toBe('4096');
    expect(significant(0.24921)).toBe('0.249');
    expect(significant(100)).toBe('100');
    expect(significant(0.0000123)).toBe('0.0000123');
    expect(formatTimes(1.5)).toBe('1.5×');
  });
});

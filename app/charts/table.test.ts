import { expect, it } from 'vitest';
import { formatPercent } from '../format/numbers';
import { cellText, toCsv } from './table';

it('writes CSV with full numbers and quotes what needs it', () => {
  const columns = [{ name: 'layer, named' }, { name: 'drop', format: formatPercent }];
  const rows = [
    ['a "b"', 0.123456],
    ['c', null],
  ];
  expect(toCsv({ columns, rows })).toBe('"layer, named",drop\r\n"a ""b""",0.123456\r\nc,\r\n');
});

it('shows a cell the way its column says', () => {
  expect(cellText(0.5, { name: 'drop', format: () => 'half' })).toBe('half');
  expect(cellText('x', { name: 'layer', format: () => 'half' })).toBe('x');
  expect(cellText(null, { name: 'drop' })).toBe('–');
});

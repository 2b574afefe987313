/** Numbers as the page writes them: the unit always, one thin space before it, a true minus, few but honest digits. */
const gap = '\u202f';
const minus = '\u2212';

/** Up to `digits` significant digits, never in exponent form, without trailing zeros. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(12, Math.max(0, digits - 1 - magnitude));
  return signed(value, decimals)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

export function formatCount(value: number): string {
  return signed(Math.round(value), 0);
}

/** Multiply-accumulates, e.g. `33.4 MMACs`. */
export function formatMacs(macs: number): string {
  return scaled(macs, 1000, ['MACs', 'kMACs', 'MMACs', 'GMACs', 'TMACs']);
}

/** Learnable parameters, e.g. `179 k`. */
export function formatParams(params: number): string {
  return scaled(params, 1000, ['', 'k', 'M', 'G']);
}

export function formatBytes(bytes: number): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB']);
}

/** A duration of `ms` milliseconds, e.g. `12.5 ms`, `4.2 s`, `3 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${significant(ms)}${gap}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}${gap}s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}${gap}h ${twoDigits(minutes)}${gap}min`;
  return `${minutes}${gap}min ${twoDigits(seconds % 60)}${gap}s`;
}

/** A fraction as a percentage: `0.0631` is `6.3 %`. From 100 % on without decimals. */
export function formatPercent(fraction: number, decimals = 1): string {
  const percent = fraction * 100;
  const shown = Math.abs(percent) >= 99.95 ? 0 : decimals;
  return Number.isFinite(percent) ? `${signed(percent, shown)}${gap}%` : '–';
}

/** A relative change, with its sign: `+6.3 %`, `−0.4 %`, `0.0 %`. */
export function formatChange(fraction: number, decimals = 1): string {
  const text = formatPercent(fraction, decimals);
  return /^[1-9]|^0\.0*[1-9]/.test(text) ? `+${text}` : text;
}

/** A difference of two percentages, in percentage points: `+1.3 pp`. */
export function formatPoints(difference: number): string {
  return formatChange(difference).replace('%', 'pp');
}

/** A factor, e.g. `1.37×`. */
export function formatTimes(factor: number): string {
  return `${significant(factor)}×`;
}

/** A loss: three significant digits. */
export function formatLoss(loss: number): string {
  return significant(loss);
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let index = 0;
  let rest = value;
  // 999.6 would be written 1000 with three digits: it belongs to the next unit.
  while (Math.abs(rest) >= step - 0.5 && index < units.length - 1) {
    rest /= step;
    index += 1;
  }
  const number = index === 0 ? formatCount(rest) : significant(rest);
  const unit = units[index] ?? '';
  return unit ? `${number}${gap}${unit}` : number;
}

function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, gap) : whole;
  const sign = value < 0 && Number(text) !== 0 ? minus : '';
  return sign + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export const gibibyte = 1024 ** 3;

/** A size in the largest unit that keeps it at or above one, with at most one decimal. */
export const formatBytes = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${Number(amount.toFixed(amount < 100 ? 1 : 0))} ${units[power] ?? 'B'}`;
};

/** A duration as a person says it: `8 s`, `3 min 5 s`, `2 h 10 min`, `4 d 1 h`. */
export const formatDuration = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's']
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
};

/** What something that may be short took: `420 ms` below a second, above as any duration. */
export const formatTook = (milliseconds: number): string => {
  const whole = Math.round(milliseconds);
  return whole < 1000 ? `${whole} ms` : formatDuration(whole);
};

/** A metric or parameter short enough for a table: six significant digits. */
export const formatNumber = (value: number): string => {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3);
  return String(Number(value.toPrecision(6)));
};

/** Date and time in the reader's own way. */
export const formatTime = (time: string): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

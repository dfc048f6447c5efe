import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatNumber, formatTook } from './format.js';

describe('what people read', () => {
  it.each([
    [0, '0 B'],
    [512 * 1024 ** 2, '512 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [16 * 1024 ** 3, '16 GiB'],
    [1023, '1023 B']
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [8_900, '8 s'],
    [185_000, '3 min 5 s'],
    [7_200_000, '2 h'],
    [90_061_000, '1 d 1 h']
  ])('%d milliseconds are %s', (duration, words) => {
    expect(formatDuration(duration)).toBe(words);
  });

  it.each([
    [0, '0 ms'],
    [419.6, '420 ms'],
    [999.7, '1 s'],
    [8_900, '8 s']
  ])('what took %d milliseconds took %s', (duration, words) => {
    expect(formatTook(duration)).toBe(words);
  });

  it.each([
    [0, '0'],
    [0.983333333, '0.983333'],
    [0.0000123456, '1.235e-5'],
    [1e9, '1.000e+9']
  ])('%d is %s', (value, words) => {
    expect(formatNumber(value)).toBe(words);
  });
});

import { describe, expect, it } from 'vitest';
import { overBy } from './usage.storage.js';

const gib = 2 ** 30;
const over = (bytes: number | null, stored: number) =>
  overBy('atlas', { bytes, files: null }, { bytes: stored, files: 10 ** 9 }).map(({ what, isFar }) => [
    what,
    isFar
  ]);

describe('what is stored beyond the quota', () => {
  it('is nothing up to the limit, and where there is none', () => {
    expect(over(gib, gib)).toEqual([]);
    expect(over(null, 2 ** 50)).toEqual([]);
  });
  it('is far beyond a tenth of it, or a gibibyte', () => {
    expect(over(gib, gib + 1)).toEqual([['bytes', false]]);
    expect(over(gib, 1.1 * gib + 2)).toEqual([['bytes', true]]);
    expect(over(100 * gib, 101 * gib)).toEqual([['bytes', false]]);
    expect(over(100 * gib, 101 * gib + 1)).toEqual([['bytes', true]]);
  });
  it('is said in words, with what to do', () => {
    const [files] = overBy('atlas', { bytes: null, files: 1000 }, { bytes: 0, files: 1001 });
    expect(files?.words).toMatch(/^atlas stores 1,001 files and may store 1,000 files\. .*Remove something/);
  });
});

import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { divided, nameOfBatch } from './datasets.batches.js';
import type { Carried } from './datasets.choosing.js';

const mebibyte = 2 ** 20;
const carried = (path: string, size: number): Carried => ({ path, file: { size } as File });
const many = (count: number, size: number): Carried[] =>
  Array.from({ length: count }, (_, i) => carried(`f/${String(i)}`, size));
const trans = nullTranslator.load('hopslab');

describe('files that are carried in', () => {
  it('go by themselves where they are few or large', () => {
    const few = [...many(19, 10), carried('large', 2 * mebibyte)];
    expect(divided(few)).toEqual({ batches: [], singles: few });
    const { batches, singles } = divided([...many(20, 10), carried('large', mebibyte + 1)]);
    expect(batches.map(({ length }) => length)).toEqual([20]);
    expect(singles.map(({ path }) => path)).toEqual(['large']);
  });

  it('go together, so many and so much at a time, in their order', () => {
    const counts = (files: Carried[]) => divided(files).batches.map(({ length }) => length);
    expect(counts(many(4001, 10))).toEqual([2000, 2000, 1]);
    expect(counts(many(70, mebibyte))).toEqual([32, 32, 6]);
    const all = many(4001, 10);
    expect(divided(all).batches.flat()).toEqual(all);
  });

  it('are called by the folder that they are in', () => {
    const into = { dataset: 'Raw', path: 'a/2026' };
    expect(nameOfBatch(many(2, 1), into, trans)).toBe('f: 2 files');
    expect(nameOfBatch([carried('x', 1), carried('y', 1)], into, trans)).toBe('2026: 2 files');
    expect(nameOfBatch([carried('x', 1), carried('f/y', 1)], { dataset: 'Raw', path: '' }, trans)).toBe(
      'Raw: 2 files'
    );
  });
});

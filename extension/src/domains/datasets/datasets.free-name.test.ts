import { describe, expect, it } from 'vitest';
import { freeName } from './datasets.free-name.js';

describe('the name of a copy', () => {
  it('is the first that is free', () => {
    expect(freeName('a.csv', ['a.csv'])).toBe('a-Copy1.csv');
    expect(freeName('a.csv', ['a.csv', 'a-Copy1.csv', 'a-Copy3.csv'])).toBe('a-Copy2.csv');
  });

  it('keeps every ending, and the dot that a name begins with', () => {
    expect(freeName('a.tar.gz', [])).toBe('a-Copy1.tar.gz');
    expect(freeName('.env', [])).toBe('.env-Copy1');
    expect(freeName('2026', ['2026'])).toBe('2026-Copy1');
  });
});

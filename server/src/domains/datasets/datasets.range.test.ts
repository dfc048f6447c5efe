import { describe, expect, it } from 'vitest';
import { rangeIn } from './datasets.range.js';

describe('a Range header', () => {
  it.each([
    ['', undefined],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=2-100', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-100', { start: 0, end: 9 }],
    ['bytes=-0', 'none'],
    ['bytes=10-', 'none'],
    ['bytes=5-4', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-1', undefined],
    ['bytes=0x1-2', undefined]
  ])('%j of ten bytes means %j', (header, range) => {
    expect(rangeIn(header, 10)).toEqual(range);
  });

  it('finds nothing in an empty file', () => {
    expect(rangeIn('bytes=0-', 0)).toBe('none');
    expect(rangeIn('bytes=-1', 0)).toBe('none');
  });
});

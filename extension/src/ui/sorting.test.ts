import { describe, expect, it } from 'vitest';
import { sortRows, turned } from './sorting.js';

const rows = [{ n: 10 }, { n: null }, { n: 9 }];
const columns = [{ id: 'n', sortBy: ({ n }: { n: number | null }) => n }];
const values = (direction: 'ascending' | 'descending'): (number | null)[] =>
  sortRows(rows, columns, { column: 'n', direction }).map(({ n }) => n);

describe('sorting', () => {
  it('orders by value, with nothing last either way', () => {
    expect(values('ascending')).toEqual([9, 10, null]);
    expect(values('descending')).toEqual([10, 9, null]);
    expect(sortRows(rows, columns)).toBe(rows);
  });

  it('turns with each click', () => {
    const once = turned(undefined, 'n');
    expect(once.direction).toBe('ascending');
    expect(turned(once, 'n').direction).toBe('descending');
    expect(turned(once, 'm')).toEqual({ column: 'm', direction: 'ascending' });
  });
});

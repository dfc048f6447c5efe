export interface Sorting {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

interface Sortable<R> {
  readonly id: string;
  readonly sortBy?: (row: R) => string | number | null;
}

const order = new Intl.Collator(undefined, { numeric: true });

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(String(a), String(b));

/** The rows in order; those without a value come last in either direction. */
export const sortRows = <R>(
  rows: readonly R[],
  columns: readonly Sortable<R>[],
  sorting?: Sorting
): readonly R[] => {
  const by = columns.find(({ id }) => id === sorting?.column)?.sortBy;
  if (!by) return rows;
  const sign = sorting?.direction === 'descending' ? -1 : 1;
  return rows
    .map(row => ({ row, key: by(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compare(a.key, b.key);
    })
    .map(({ row }) => row);
};

/** A click on a column's title: that column upwards, then downwards. */
export const turned = (sorting: Sorting | undefined, column: string): Sorting => ({
  column,
  direction: sorting?.column === column && sorting.direction === 'ascending' ? 'descending' : 'ascending'
});

import { previews } from '@hopslab/schema';
import type { ServerResponse } from 'node:http';
import type { z } from 'zod';

/** A table that is made up as it is asked for. */
export interface HeldTable {
  readonly columns: readonly previews.Column[];
  readonly rows: number;
  /** The file does not say how many rows it has. */
  readonly isUncounted?: boolean;
  readonly cell: (row: number, column: number) => previews.Cell;
}

type Say = (response: ServerResponse, schema: z.ZodType, body: unknown) => void;

const reach = previews.reachOf.viewer;

/** Ten columns of some kinds, and as many more as a test wants. */
export const measured = (rows: number, more = 0): HeldTable => {
  const kinds = ['integer', 'text', 'number', 'date', 'boolean', 'nested'] as const;
  const names = ['id', 'station', 'temperature', 'day', 'checked', 'tags'];
  const columns = names.map((name, i) => ({
    name,
    type: kinds[i] ?? 'text',
    detail: i === 0 ? 'int64' : ''
  }));
  return {
    rows,
    columns: [
      ...columns,
      ...Array.from({ length: more }, (_, i) => ({
        name: `c${i}`,
        type: 'number' as const,
        detail: 'double'
      }))
    ],
    cell: (row, column) => {
      if (column >= names.length) return row * 1000 + column;
      const day = new Date(Date.UTC(2026, 0, 1 + row)).toISOString().slice(0, 10);
      return (
        [
          row,
          row === 3 ? { text: 'x'.repeat(4096), length: 10_000_000 } : `station ${row % 7}`,
          row % 5 === 0 ? null : Math.round(Math.sin(row) * 1000) / 100,
          day,
          row % 3 === 0,
          '["a", "b"]'
        ][column] ?? null
      );
    }
  };
};

const statisticsOf = ({ type }: previews.Column, index: number): previews.ColumnStatistics => ({
  nulls: index === 2 ? 24_000 : 0,
  min: type === 'nested' ? null : type === 'date' ? '2026-01-01' : '-9.99',
  max: type === 'nested' ? null : type === 'date' ? '2299-10-15' : '9.99',
  ofWhole: true,
  bars:
    type === 'nested'
      ? []
      : Array.from({ length: 12 }, (_, i) => ({
          label: `${i}`,
          count: Math.round(100 * Math.exp(-((i - 5) ** 2) / 8))
        }))
});

/** Answers what is asked of a table, as the contract tells it. */
export const answerPreview = (
  response: ServerResponse,
  { columns, rows, isUncounted = false, cell }: HeldTable,
  asked: URLSearchParams,
  say: Say,
  isStatistics: boolean
): void => {
  const of = (name: string): number => Number(asked.get(name) ?? 0);
  const [offset, column] = [of('offset'), of('column')];
  const shown = columns.slice(column, column + of('columns'));
  const about = {
    format: 'parquet',
    tag: 'one',
    size: 123_456_789,
    rowCount: isUncounted ? null : rows,
    reach: Math.min(reach, isUncounted ? reach : rows),
    columnCount: columns.length,
    column,
    columns: shown,
    notes: []
  };
  if (isStatistics) {
    const statistics = shown.map((one, i) => statisticsOf(one, column + i));
    say(response, previews.PreviewStatistics, { ...about, sampled: 10_000, whole: false, statistics });
    return;
  }
  const end = Math.min(rows, reach, offset + of('limit'));
  const page = Array.from({ length: Math.max(0, end - offset) }, (_, i) =>
    shown.map((_one, j) => cell(offset + i, column + j))
  );
  say(response, previews.Preview, {
    ...about,
    offset,
    rows: page,
    more: end < Math.min(rows, reach),
    stopped: null
  });
};

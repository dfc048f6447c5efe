import { problem, type ProblemError } from './problem.js';

export interface PageOf<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/**
 * Cuts a page from rows fetched as `limit + 1` beyond the cursor; `key` is what the next page begins after.
 */
export const pageOf = <R, T>(
  rows: readonly R[],
  limit: number,
  key: (row: R) => string | number,
  present: (row: R) => T
): PageOf<T> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: shown.map(present),
    nextCursor: more ? Buffer.from(JSON.stringify(key(last))).toString('base64url') : null
  };
};

/** The key inside a cursor; undefined for the first page. */
export const afterOf = (cursor: string | undefined): string | number | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      (typeof key === 'string' && !key.includes('\0')) ||
      (typeof key === 'number' && Number.isSafeInteger(key))
    )
      return key;
  } catch {
    // told below
  }
  throw notOurs();
};

/** The key inside the cursor of a list that is in the order of numbers. */
export const afterNumberOf = (cursor: string | undefined): number | undefined => {
  const key = afterOf(cursor);
  if (typeof key === 'string') throw notOurs();
  return key;
};

/** The refusal of a cursor that no list of ours gave. */
export const notOurs = (): ProblemError =>
  problem('request.invalid', 'The cursor is not one of ours; begin again without it.', {
    errors: [{ pointer: '/query/cursor', detail: 'not a cursor' }]
  });

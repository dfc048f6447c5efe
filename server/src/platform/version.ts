import { createHash } from 'node:crypto';

/** Throws `request.stale` where a request was made for another state of a resource than this; undefined: there is none. */
export type Precondition = (current: unknown) => void;

/** An ETag: the same for the same state, and nothing about what is in it. */
export const tagOf = (state: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22)}"`;

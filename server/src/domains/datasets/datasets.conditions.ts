import type { Ctx } from '../../http/context.js';
import { problem } from '../../platform/problem.js';
import type { Replaced } from '../../ports/file-store.js';

/** An entity tag as it is written in a header. */
export const quoted = (tag: string): string => `"${tag}"`;

/** Whether a list of entity tags names this one (RFC 9110, 8.8.3); `*` names every one that there is. */
const names = (header: string, tag: string | undefined, weak: boolean): boolean =>
  tag !== undefined &&
  header
    .split(',')
    .map(part => (weak ? part.trim().replace(/^W\//, '') : part.trim()))
    .some(part => part === '*' || part === quoted(tag));

/** Whether who asks for a file has it already. */
export const isKnown = (ctx: Ctx, tag: string): boolean => names(ctx.get('If-None-Match'), tag, true);

/** What an upload asks of the file that it would replace. */
export interface Condition {
  /** There must be none. */
  readonly onlyNew: boolean;
  /** Throws where the file is another one than was asked for. */
  check(replaced: Replaced): void;
}

const isThere = () =>
  problem(
    'request.stale',
    'There is a file of that name already, so nothing was done. Choose another name, or look at it first.'
  );

/** `If-Match` and `If-None-Match` of an upload (RFC 9110, 13.1). */
export const conditionOf = (ctx: Ctx): Condition | undefined =>
  conditionFrom(ctx.get('If-Match'), ctx.get('If-None-Match'));

/** The same, of an upload that was begun by an earlier request; empty where it was not said. */
export const conditionFrom = (match: string, noneMatch: string): Condition | undefined => {
  if (match === '' && noneMatch === '') return undefined;
  return {
    onlyNew: noneMatch.trim() === '*',
    check(replaced) {
      if (match !== '' && !names(match, replaced?.tag, false))
        throw problem(
          'request.stale',
          'The file was changed or deleted after you read it, so nothing was done. Read it again, and decide again.'
        );
      if (noneMatch !== '' && names(noneMatch, replaced?.tag, true)) throw isThere();
    }
  };
};

/** Somebody else, a program perhaps, was faster to the name. */
export const asStale = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && error.code === 'file.exists' ? isThere() : error;

import type { ProblemCode } from '@hopslab/schema';
import type { Actor } from '../platform/actor.js';
import type { Db } from '../platform/db.js';
import { record } from '../platform/journal.js';

/** Journals that somebody known was refused. */
export type Refusals = (refused: {
  readonly actor: Actor;
  readonly operation: string;
  readonly path: string;
  readonly code: ProblemCode;
}) => Promise<void>;

const refused: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['access.denied', 'auth.hub-only']);
const quietMs = 60_000;
const remembered = 10_000;

/** The same refusal is written once a minute, so that a loop of them fills no disk. */
export const createRefusals = (db: Db, now = Date.now): Refusals => {
  const told = new Map<string, number>();
  return async ({ actor, operation, path, code }) => {
    if (!refused.has(code)) return;
    const key = JSON.stringify([actor.user.name, actor.channel, operation, path, code]);
    if (now() - (told.get(key) ?? -quietMs) < quietMs) return;
    if (told.size >= remembered) told.clear();
    told.set(key, now());
    await record(db, {
      actor,
      project: actor.member?.project ?? null,
      action: operation,
      asset: path.slice(0, 500),
      outcome: 'refused',
      data: { code }
    });
  };
};

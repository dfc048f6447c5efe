import type { ProblemCode } from '@hopslab/schema';
import { nobody, type Actor } from '../platform/actor.js';
import type { Db } from '../platform/db.js';
import { record, type JournalRow } from '../platform/journal.js';

interface Refused {
  /** Who asked, as a member of the project where it is about one. */
  readonly actor: Actor;
  readonly operation: string;
  readonly path: string;
  readonly code: ProblemCode;
}

/** Journals that somebody was refused. */
export type Refusals = (refused: Refused) => Promise<void>;

/** Of people who are known: a missing right, the wrong way in, or what they may not even know of. */
const ofPeople: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'access.denied',
  'auth.hub-only',
  'project.unknown'
]);

/** Written where the password is checked, or a step of signing in that was not refused. */
const ofSignIn = new Set([
  'auth.wrong-credentials',
  'auth.second-factor',
  'auth.must-change',
  'auth.password-expired'
]);

const isAboutSigningIn = ({ code, operation }: Refused): boolean =>
  // A visitor's page asks who it is: that is no attempt.
  (code.startsWith('auth.') && !ofSignIn.has(code) && operation !== 'me') || ofPeople.has(code);

const quietMs = 60_000;
const remembered = 10_000;
const addressesCounted = 1000;

const rowOf = ({ actor, operation, path, code }: Refused, more = {}): JournalRow => ({
  actor,
  project: actor.member?.project ?? null,
  action: operation,
  asset: path.slice(0, 500),
  outcome: 'refused',
  data: { code, ...more }
});

/**
 * The same refusal of somebody known is written once a minute, so that a loop of them fills no disk. Those of nobody
 * known are counted by address and operation, and written as one row each with the next `flush`.
 */
export const createRefusals = (db: Db, now = Date.now) => {
  const told = new Map<string, number>();
  let counted = new Map<string, { refused: Refused; count: number }>();

  const count = (refused: Refused): void => {
    const { actor, operation, code } = refused;
    const key = JSON.stringify([actor.address, operation, code]);
    const known = counted.get(key);
    if (known) known.count += 1;
    else if (counted.size < addressesCounted) counted.set(key, { refused, count: 1 });
  };

  const refuse: Refusals = async refused => {
    const { actor, operation, path, code } = refused;
    if (actor.user.name === nobody) {
      if (isAboutSigningIn(refused)) count(refused);
      return;
    }
    if (!ofPeople.has(code)) return;
    const key = JSON.stringify([actor.user.name, actor.channel, actor.accessToken, operation, path, code]);
    if (now() - (told.get(key) ?? -quietMs) < quietMs) return;
    if (told.size >= remembered) told.clear();
    told.set(key, now());
    await record(db, rowOf(refused));
  };

  return {
    refuse,
    /** Writes what was counted. */
    flush: async (): Promise<void> => {
      const rows = [...counted.values()];
      counted = new Map();
      for (const { refused, count } of rows) await record(db, rowOf(refused, { count }));
    }
  };
};

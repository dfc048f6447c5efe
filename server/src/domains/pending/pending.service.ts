import { createHmac, randomUUID } from 'node:crypto';
import type { pending as contract } from '@hopslab/schema';
import { platform, type Actor, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import type { Origins } from '../../platform/origins.js';
import { problem, ProblemError } from '../../platform/problem.js';
import { seal, unseal } from '../../platform/seal.js';
import { createPendingStore, type PendingRow } from './pending.store.js';

/** Acts of one projectUser that may wait at once: a page that asks again and again buries nobody in windows. */
const most = 10;

export interface PendingDeps {
  readonly db: Db;
  readonly origins: Origins;
  /** 32 bytes, for what was asked while it waits. */
  readonly key: Buffer;
}

interface Asked {
  readonly operation: string;
  readonly summary: string;
  readonly request: object;
}

/** Does an act of this name with what was asked then. */
type Perform = (operation: string, request: unknown) => Promise<unknown>;

export const createPendingService = ({ db, origins, key }: PendingDeps) => {
  const view = (row: PendingRow): contract.PendingAct => ({
    id: row.id,
    url: `${origins.hub}/pending/${row.id}`,
    project: row.project,
    operation: row.operation,
    summary: row.summary,
    state: row.state === 'waiting' && row.expires_at.getTime() <= Date.now() ? 'expired' : row.state,
    askedAt: row.asked_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    problem: row.problem
  });

  const tell = (trx: Db, actor: Author, row: PendingRow, what: string): Promise<void> =>
    record(trx, {
      actor,
      project: row.project,
      action: `pending.${what}`,
      asset: `pending:${row.id}`,
      data: { operation: row.operation, summary: row.summary, ...(row.problem && { problem: row.problem }) }
    });

  const expire = (): Promise<void> =>
    db.transaction(async trx => {
      for (const row of await createPendingStore(trx).expire()) await tell(trx, platform, row, 'expired');
    });

  const hold = async (actor: Actor, { operation, summary, request }: Asked): Promise<contract.Held> => {
    if (!actor.member) throw new Error(`${operation} was asked for outside of any project`);
    const { project } = actor.member;
    const username = actor.user.name;
    const hash = createHmac('sha256', key)
      .update(JSON.stringify([operation, request]))
      .digest();
    await expire();
    const row = await db.transaction(async trx => {
      const store = createPendingStore(trx);
      await store.lock(project, username);
      const waiting = await store.waiting(project, username);
      // A double click, or a page that asks once more, waits with what it asked for before.
      const same = waiting.find(other => other.request_hash.equals(hash));
      if (same) return same;
      if (waiting.length >= most)
        throw problem(
          'pending.too-many',
          `${waiting.length} acts wait for your click already; confirm or decline them on the hub first.`
        );
      const made = await store.insert({
        id: randomUUID(),
        project,
        username,
        operation,
        summary,
        request: seal(key, request),
        request_hash: hash
      });
      await tell(trx, actor, made, 'asked');
      return made;
    });
    const { id, url, expiresAt } = view(row);
    return { pending: { id, url, summary, expiresAt } };
  };

  const found = async (actor: Actor, id: string): Promise<PendingRow> => {
    const row = await createPendingStore(db).one(id, actor.user.name);
    if (!row) throw problem('pending.unknown', 'Nothing of this name was asked for in your name.');
    return row;
  };

  const take = async (actor: Actor, id: string, state: 'confirmed' | 'declined'): Promise<PendingRow> => {
    const taken = await db.transaction(async trx => {
      const row = await createPendingStore(trx).take(id, actor.user.name, state);
      if (row) await tell(trx, actor, row, state);
      return row;
    });
    if (taken) return taken;
    const { state: now } = view(await found(actor, id));
    throw problem(
      'pending.over',
      now === 'expired'
        ? 'Ten minutes are over, so nothing was done; ask for it again in the notebook.'
        : `It was decided already: ${now}.`
    );
  };

  const end = async (
    actor: Actor,
    row: PendingRow,
    state: 'done' | 'refused',
    why: PendingRow['problem']
  ) => {
    const ended = { ...row, state, problem: why };
    await db.transaction(async trx => {
      await createPendingStore(trx).end(row.id, state, why);
      await tell(trx, actor, ended, state);
    });
    return view(ended);
  };

  const perform = async (actor: Actor, row: PendingRow, act: Perform) => {
    try {
      if (!row.request) throw new Error('the request of a pending act is gone');
      const answer = await act(row.operation, unseal(key, row.request));
      return { pending: await end(actor, row, 'done', null), answer };
    } catch (error) {
      if (error instanceof ProblemError)
        return {
          pending: await end(actor, row, 'refused', { code: error.code, detail: error.detail }),
          answer: null
        };
      await end(actor, row, 'refused', { code: 'server.fault', detail: 'Something went wrong on the way.' });
      throw error;
    }
  };

  return {
    hold,
    expire,
    get: async (actor: Actor, id: string) => view(await found(actor, id)),
    list: async (actor: Actor) => ({
      items: (await createPendingStore(db).ofUser(actor.user.name)).map(view),
      nextCursor: null
    }),
    async decide(actor: Actor, id: string, decision: 'confirm' | 'decline', act: Perform) {
      if (decision === 'confirm') return perform(actor, await take(actor, id, 'confirmed'), act);
      return { pending: view(await take(actor, id, 'declined')), answer: null };
    }
  };
};
export type PendingService = ReturnType<typeof createPendingService>;

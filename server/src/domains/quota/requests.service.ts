import { randomUUID } from 'node:crypto';
import type { quota as contract } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { storable } from '../../platform/text.js';
import type { Defaults } from './quota.defaults.js';
import { readSetLimits } from './quota.set.js';
import { createQuotaStore } from './quota.store.js';
import { createRequestsStore, type RequestRow } from './requests.store.js';

export interface RequestsDeps {
  readonly db: Db;
  readonly defaults: Defaults;
}

/** A project that keeps asking is answered before it asks more. */
const mostWaiting = 5;

const view = (row: RequestRow, limits: contract.Limits): contract.QuotaRequest => ({
  id: row.id,
  project: row.project,
  asked: row.asked,
  reason: row.reason,
  by: row.asked_by,
  at: row.asked_at.toISOString(),
  state: row.state,
  limits,
  answer:
    row.answered_by === null || row.answered_at === null
      ? null
      : { words: row.words ?? '', by: row.answered_by, at: row.answered_at.toISOString() }
});

/** What data owners ask for beyond their quota, and what administrators answer. */
export const createQuotaRequests = ({ db, defaults }: RequestsDeps) => {
  const views = async (rows: readonly RequestRow[]): Promise<contract.QuotaRequest[]> => {
    const set = await readSetLimits(db, defaults, [...new Set(rows.map(row => row.project))]);
    return rows.map(row => view(row, set.project(row.project)));
  };

  const byId = async (id: string): Promise<contract.QuotaRequest> => {
    const row = await createRequestsStore(db).byId(id);
    const [found] = row ? await views([row]) : [];
    if (!found) throw problem('quota.request-unknown', 'There is no such request for more quota.');
    return found;
  };

  const write = (trx: Db, actor: Actor, row: Pick<RequestRow, 'project' | 'id'>, action: string, data = {}) =>
    record(trx, { actor, project: row.project, action, asset: `quota-request:${row.id}`, data });

  return {
    async ask(actor: Actor, project: string, given: { asked: contract.SomeLimits; reason: string }) {
      const id = randomUUID();
      await db.transaction(async trx => {
        const store = createRequestsStore(trx);
        if ((await store.lockAndCountWaiting(project)) >= mostWaiting)
          throw problem(
            'quota.too-many-requests',
            `${String(mostWaiting)} requests of ${project} wait for an administrator’s answer; wait for one of them.`
          );
        const reason = storable(given.reason);
        const row = { id, project, asked: given.asked, reason, asked_by: actor.user.name };
        await store.insert(row);
        await write(trx, actor, row, 'quota.asked', { asked: given.asked, reason });
      });
      return byId(id);
    },

    async list(project: string) {
      return { items: await views(await createRequestsStore(db).newest(project)), nextCursor: null };
    },

    async waiting() {
      return { items: await views(await createRequestsStore(db).waiting()), nextCursor: null };
    },

    /** A granted request sets what it asks for, and leaves the project’s other limits as they are. */
    async answer(actor: Actor, id: string, { granted, words }: { granted: boolean; words: string }) {
      const { project, asked } = await byId(id);
      await db.transaction(async trx => {
        const state = granted ? 'granted' : 'declined';
        const said = storable(words);
        if (!(await createRequestsStore(trx).answer(id, state, said, actor.user.name)))
          throw problem('quota.request-answered', 'Another administrator has answered this request already.');
        if (granted) {
          const quotas = createQuotaStore(trx);
          const own = (await quotas.of([project])).find(row => row.username === '');
          const limits = { ...own?.limits, ...asked };
          await quotas.put({ project, username: '', limits });
        }
        await write(trx, actor, { project, id }, `quota.${state}`, { asked, words: said });
      });
      return byId(id);
    }
  };
};
export type QuotaRequests = ReturnType<typeof createQuotaRequests>;

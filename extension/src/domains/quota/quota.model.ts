import { quota } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** Days of history that are shown. */
const shownDays = 30;
const dayLength = 86_400_000;

/** Everything about the project's quota, at one time. */
export interface QuotaState {
  readonly quota: quota.Quota;
  readonly users: readonly quota.UserQuota[];
  readonly requests: readonly quota.QuotaRequest[];
  readonly days: readonly quota.Usage[];
  readonly from: string;
  readonly to: string;
}

export interface QuotaModel extends Reloaded<QuotaState> {
  /** Asks the administrator for other limits; the same key asks once. */
  ask(asked: quota.SomeLimits, reason: string, key: string): Promise<void>;
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The project's quota, fetched again when something about it may have changed. */
export const createQuotaModel = (project: IProject): QuotaModel => {
  const { api, known, missed } = project;

  const fetchAll = async (p: string): Promise<QuotaState> => {
    const params = { p };
    const [from, to] = [day(Date.now() - (shownDays - 1) * dayLength), day(Date.now())];
    const [now, users, requests, days] = await Promise.all([
      api.call(quota.getQuota, { params }),
      api.call(quota.listUserQuotas, { params }),
      api.call(quota.listQuotaRequests, { params }),
      api.call(quota.getUsage, { params, query: { from, to } })
    ]);
    return { quota: now, users: users.items, requests: requests.items, days: days.items, from, to };
  };

  const model = createReloaded<QuotaState>({
    known,
    missed,
    fetch: async () => {
      const p = project.me?.project?.name;
      return p === undefined ? undefined : fetchAll(p);
    },
    listen: reload =>
      project.on('journal', ({ action }) => {
        if (/^(quota|member|notebook|compute|file|dataset)\./.test(action)) reload();
      })
  });
  return Object.assign(model, {
    ask: async (asked: quota.SomeLimits, reason: string, idempotencyKey: string) => {
      const p = project.me?.project?.name;
      if (p === undefined) return;
      await api.call(quota.askForQuota, { params: { p }, body: { asked, reason } }, { idempotencyKey });
      await model.reload();
    }
  });
};

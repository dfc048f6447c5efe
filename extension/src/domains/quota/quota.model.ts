import { quota } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem, createRefresher } from '../../api/index.js';
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

export interface QuotaModel extends IDisposable {
  readonly state: QuotaState | null;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
  /** Asks the administrator for other limits; the same key asks once. */
  ask(asked: quota.SomeLimits, reason: string, key: string): Promise<void>;
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The project's quota, fetched again when something about it may have changed. */
export const createQuotaModel = (project: IProject): QuotaModel => {
  const stateChanged = new Signal<object, void>({});
  let state: QuotaState | null = null;
  let problem: ApiProblem | null = null;
  let disposed = false;

  const fetchAll = async (p: string): Promise<QuotaState> => {
    const { api } = project;
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

  const reload = createRefresher(async () => {
    const p = project.me?.project?.name;
    if (p === undefined || disposed) return;
    try {
      state = await fetchAll(p);
      problem = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem = error;
    }
    // It may have been disposed of while it was fetched.
    if (!(disposed as boolean)) stateChanged.emit();
  });

  const onMissed = (): void => void reload();
  project.missed.connect(onMissed);
  const listening = [
    project.on('journal', ({ action }) => {
      if (/^(quota|member|notebook|compute|file|dataset)\./.test(action)) void reload();
    })
  ];
  void project.known.then(reload);

  return {
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    stateChanged,
    reload,
    ask: async (asked, reason, idempotencyKey) => {
      const p = project.me?.project?.name;
      if (p === undefined) return;
      await project.api.call(
        quota.askForQuota,
        { params: { p }, body: { asked, reason } },
        { idempotencyKey }
      );
      await reload();
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      project.missed.disconnect(onMissed);
      for (const listener of listening) listener.dispose();
      Signal.clearData(stateChanged);
    }
  };
};

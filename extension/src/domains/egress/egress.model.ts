import { egress, roleCan } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem, createRefresher } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** What is carried is told to nobody as it happens. */
const everyMs = 15_000;

export interface EgressState {
  readonly enabled: boolean;
  /** Of the last 30 days; null for who may not see it. */
  readonly use: readonly egress.EgressUse[] | null;
}

export interface EgressModel extends IDisposable {
  readonly state: EgressState | null;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
  /** Asks for the switch, which then waits for a click on the hub: rejects with a `HeldAct`, or with an `ApiProblem`. */
  ask(enabled: boolean): Promise<void>;
}

/** Whether the project's data owners reach the internet, and what they carried. */
export const createEgressModel = (project: IProject): EgressModel => {
  const stateChanged = new Signal<object, void>({});
  let state: EgressState | null = null;
  let problem: ApiProblem | null = null;
  let disposed = false;

  const reload = createRefresher(async () => {
    const mine = project.me?.project;
    if (!mine || disposed) return;
    const params = { p: mine.name };
    try {
      const [{ enabled }, use] = await Promise.all([
        project.api.call(egress.getEgress, { params }),
        roleCan(mine.role, 'audit.view') ? project.api.call(egress.getEgressUse, { params, query: {} }) : null
      ]);
      state = { enabled, use: use?.items ?? null };
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
  const hearing = project.on('journal', ({ action }) => {
    if (action.startsWith('egress.')) void reload();
  });
  const repeating = setInterval(() => {
    if (document.visibilityState === 'visible') void reload();
  }, everyMs);
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
    ask: async enabled => {
      const mine = project.me?.project;
      if (mine) await project.api.call(egress.putEgress, { params: { p: mine.name }, body: { enabled } });
      await reload();
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      clearInterval(repeating);
      hearing.dispose();
      project.missed.disconnect(onMissed);
      Signal.clearData(stateChanged);
    }
  };
};

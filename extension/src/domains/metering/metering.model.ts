import { metering, roleCan } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem, createRefresher } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

const shownDays = 30;
const dayLength = 86_400_000;
/** What is counted is told to nobody as it happens. */
const everyMs = 15_000;

/** What was seen in the last 30 days. */
export interface SeenState {
  readonly seen: readonly metering.Seen[];
  /** Every day, the first one first. */
  readonly days: readonly string[];
}

export interface SeenModel extends IDisposable {
  readonly state: SeenState | null;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
}

const lastDays = (now: number): string[] =>
  Array.from({ length: shownDays }, (_, n) =>
    new Date(now - (shownDays - 1 - n) * dayLength).toISOString().slice(0, 10)
  );

/** What data scientists have seen, fetched again as long as somebody looks. */
export const createSeenModel = (project: IProject): SeenModel => {
  const stateChanged = new Signal<object, void>({});
  let state: SeenState | null = null;
  let problem: ApiProblem | null = null;
  let disposed = false;

  const reload = createRefresher(async () => {
    const mine = project.me?.project;
    if (!mine || disposed || !roleCan(mine.role, 'audit.view')) return;
    const days = lastDays(Date.now());
    const [from, to] = [days[0], days.at(-1)];
    try {
      const { items } = await project.api.call(metering.getMetering, {
        params: { p: mine.name },
        query: { from, to }
      });
      state = { seen: items, days };
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
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      clearInterval(repeating);
      project.missed.disconnect(onMissed);
      Signal.clearData(stateChanged);
    }
  };
};

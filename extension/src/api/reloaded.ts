import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem } from './problem.js';
import { createRefresher } from './refresher.js';

/** A part of what the platform holds, as it was when it was last fetched. */
export interface Reloaded<T> extends IDisposable {
  /** `null` until it is known. */
  readonly state: T | null;
  /** Why it could not be had the last time. */
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
}

export interface ReloadedOptions<T> {
  /** Rejects with an `ApiProblem`; `undefined` where there is nothing that this person may have. */
  readonly fetch: () => Promise<T | undefined>;
  /** When it can be fetched for the first time. */
  readonly known: Promise<unknown>;
  /** Something may have been missed. */
  readonly missed: ISignal<unknown, void>;
  /** Reloads whenever something is heard that changes it. */
  readonly listen?: (reload: () => void) => IDisposable;
  /** Milliseconds, for what nobody tells: fetched again so often while the page is in sight. */
  readonly every?: number;
}

/** Fetches when it can, and again whenever it may have changed; never two at a time. */
export const createReloaded = <T>({
  fetch,
  known,
  missed,
  listen,
  every
}: ReloadedOptions<T>): Reloaded<T> => {
  const stateChanged = new Signal<object, void>({});
  let state: T | null = null;
  let problem: ApiProblem | null = null;
  let disposed = false;

  const reload = createRefresher(async () => {
    if (disposed) return;
    try {
      const fetched = await fetch();
      if (fetched === undefined) return;
      state = fetched;
      problem = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem = error;
    }
    // It may have been disposed of while it was fetched.
    if (!(disposed as boolean)) stateChanged.emit();
  });

  const again = (): void => void reload();
  missed.connect(again);
  const hearing = listen?.(again);
  const repeating =
    every === undefined
      ? undefined
      : setInterval(() => {
          if (document.visibilityState === 'visible') again();
        }, every);
  void known.then(reload);

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
      hearing?.dispose();
      missed.disconnect(again);
      Signal.clearData(stateChanged);
    }
  };
};

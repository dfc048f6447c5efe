import type { experiments } from '@hopslab/schema';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { ApiProblem } from '../../api/index.js';

/** How far the first fetching is. */
export type Loading = 'loading' | 'ready' | 'failed';

/** The project's experiments, newest first, kept up to date. */
export interface IExperiments extends IDisposable {
  readonly items: readonly experiments.Experiment[];
  readonly loading: Loading;
  readonly problem: ApiProblem | null;
  /** There are older ones that `loadMore` fetches. */
  readonly hasMore: boolean;
  readonly stateChanged: ISignal<unknown, void>;

  get(id: string): experiments.Experiment | undefined;
  /** Takes in what somebody else has fetched; older news change nothing. */
  take(experiment: experiments.Experiment): void;
  reload(): Promise<void>;
  loadMore(): Promise<void>;
  /** Asks it to stop; shown as stopping at once. Rejects with an `ApiProblem`. */
  stop(id: string): Promise<void>;
  isStopping(id: string): boolean;
  /** Whether I have the right to stop it: my own, or anybody's as data owner. */
  mayStop(experiment: experiments.Experiment): boolean;
}

export const IExperiments = new Token<IExperiments>(
  '@hopslab/extension:IExperiments',
  'The experiments of the project, live.'
);

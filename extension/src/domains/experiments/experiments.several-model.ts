import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { createRefresher } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createProgress, type Progress } from './experiments.progress.js';
import type { IExperiments } from './experiments.tokens.js';

/** As many as stand side by side. */
export const mostTogether = 8;

/** Several experiments, live. */
export interface Several extends IDisposable {
  readonly ids: readonly string[];
  readonly members: readonly Progress[];
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
}

export const createSeveral = (project: IProject, list: IExperiments, ids: readonly string[]): Several => {
  const stateChanged = new Signal<object, void>({});
  const changed = (): void => {
    stateChanged.emit();
  };
  const members = ids.map(id => createProgress(project, list, id, changed));
  let disposed = false;

  // One after the other: their trials may be many, and each is seen as soon as it is there.
  const reload = createRefresher(async () => {
    for (const member of members) await member.reload();
  });
  const onMissed = (): void => void reload();
  project.missed.connect(onMissed);
  list.stateChanged.connect(changed);
  void reload();

  return {
    ids,
    members,
    stateChanged,
    reload,
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      project.missed.disconnect(onMissed);
      list.stateChanged.disconnect(changed);
      for (const member of members) member.dispose();
      Signal.clearData(stateChanged);
    }
  };
};

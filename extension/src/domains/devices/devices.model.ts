import { devices } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem, createRefresher } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

export interface DevicesModel extends IDisposable {
  /** Mine; a data owner's are everybody's. `null` until they are known. */
  readonly devices: readonly devices.Device[] | null;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
  /** Rejects with a `HeldAct`: it waits for a click on the hub. */
  revoke(device: devices.Device): Promise<void>;
}

/** The devices of the project, fetched again when one is made, renewed or revoked. */
export const createDevicesModel = (project: IProject): DevicesModel => {
  const stateChanged = new Signal<object, void>({});
  let listed: readonly devices.Device[] | null = null;
  let problem: ApiProblem | null = null;
  let disposed = false;

  const reload = createRefresher(async () => {
    const p = project.me?.project?.name;
    if (p === undefined || disposed) return;
    try {
      listed = (await project.api.call(devices.listDevices, { params: { p } })).items;
      problem = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem = error;
    }
    // It may have been disposed of while they were fetched.
    if (!(disposed as boolean)) stateChanged.emit();
  });

  const onMissed = (): void => void reload();
  project.missed.connect(onMissed);
  const listening = project.on('journal', ({ action }) => {
    if (/^(device|member)\./.test(action)) void reload();
  });
  void project.known.then(reload);

  return {
    get devices() {
      return listed;
    },
    get problem() {
      return problem;
    },
    stateChanged,
    reload,
    revoke: async ({ name, user }) => {
      const p = project.me?.project?.name;
      if (p !== undefined)
        await project.api.call(devices.revokeDevice, { params: { p, name }, query: { user } });
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      project.missed.disconnect(onMissed);
      listening.dispose();
      Signal.clearData(stateChanged);
    }
  };
};

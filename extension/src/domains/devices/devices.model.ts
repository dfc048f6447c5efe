import { devices } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** Mine; a data owner's are everybody's. */
export interface DevicesModel extends Reloaded<readonly devices.Device[]> {
  /** Rejects with a `HeldAct`: it waits for a click on the hub. */
  revoke(device: devices.Device): Promise<void>;
}

/** The devices of the project, fetched again when one is made, renewed or revoked. */
export const createDevicesModel = (project: IProject): DevicesModel => {
  const { api, known, missed } = project;
  const params = (): { p: string } | undefined => {
    const p = project.me?.project?.name;
    return p === undefined ? undefined : { p };
  };
  const model = createReloaded({
    known,
    missed,
    fetch: async () => {
      const mine = params();
      return mine && (await api.call(devices.listDevices, { params: mine })).items;
    },
    listen: reload =>
      project.on('journal', ({ action }) => {
        if (/^(device|member)\./.test(action)) reload();
      })
  });
  return Object.assign(model, {
    revoke: async ({ name, user }: devices.Device) => {
      const mine = params();
      if (mine) await api.call(devices.revokeDevice, { params: { ...mine, name }, query: { user } });
    }
  });
};

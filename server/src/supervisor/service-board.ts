import { renameSync, writeFileSync } from 'node:fs';
import type { admin } from '@hopslab/schema';

export type Service = admin.Ready['services'][number];
export type ServiceState = Service['state'];

const againMs = 1000;

/** What is known of each service, kept in a file that the API server and the launcher read. */
export const createServiceBoard = (path: string, names: readonly string[]) => {
  const services = new Map<string, Service>();

  let again: NodeJS.Timeout | undefined;

  const write = (): void => {
    clearTimeout(again);
    const fresh = `${path}.${process.pid}`;
    try {
      writeFileSync(fresh, JSON.stringify({ supervisor: process.pid, services: [...services.values()] }), {
        mode: 0o600
      });
      renameSync(fresh, path);
    } catch {
      // A full disk ends nobody; what it holds is true again as soon as there is room.
      again = setTimeout(write, againMs).unref();
    }
  };

  const set = (
    name: string,
    state: ServiceState,
    about: { pid?: number | undefined; reason?: string } = {}
  ): void => {
    const { pid, reason } = about;
    // Whoever gives a reason on the way to another start tells of an end.
    const ended = reason !== undefined && state !== 'stopped';
    services.set(name, {
      name,
      state,
      since: new Date().toISOString(),
      restarts: (services.get(name)?.restarts ?? 0) + Number(ended),
      ...(pid !== undefined && { pid }),
      ...(reason !== undefined && { reason })
    });
    write();
  };

  for (const name of names) set(name, 'stopped', { reason: 'not started yet' });
  return { set };
};
export type ServiceBoard = ReturnType<typeof createServiceBoard>;

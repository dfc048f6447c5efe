import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { admin } from '@hopslab/schema';
import { z } from 'zod';
import type { Db } from '../../platform/db.js';

export interface AdminDeps {
  readonly db: Db;
  /** The folder of sockets, where the supervisor keeps `services.json`. */
  readonly run: string;
  readonly build: string;
}

const Services = z.object({ services: admin.Ready.shape.services });
const since = new Date().toISOString();

/** What the supervisor and the database say of the services. */
export const createAdminService = ({ db, run, build }: AdminDeps) => {
  const supervised = async (): Promise<admin.Ready['services']> => {
    try {
      return Services.parse(JSON.parse(await readFile(join(run, 'services.json'), 'utf8'))).services;
    } catch {
      // Without a supervisor (tests, an operator's own) this process speaks for itself.
      return [{ name: 'server', state: 'ready', pid: process.pid, since, restarts: 0 }];
    }
  };

  const database = async (): Promise<string | undefined> => {
    try {
      await db.raw('select 1');
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  return {
    async ready(): Promise<admin.Ready> {
      const [services, fault] = await Promise.all([supervised(), database()]);
      // This process answers, whatever the supervisor wrote last.
      const told = services.map(service =>
        service.name === 'server'
          ? { ...service, state: 'ready' as const }
          : service.name === 'postgres' && fault !== undefined
            ? { ...service, state: 'failed' as const, reason: fault }
            : service
      );
      return {
        ready: fault === undefined && told.every(({ state }) => state === 'ready'),
        build,
        services: told
      };
    }
  };
};
export type AdminService = ReturnType<typeof createAdminService>;

import type { Socket } from 'node:net';
import { Pool } from 'undici';

/** Shorter than servers keep an idle connection, so that it is rarely closed under a request. */
const idleMs = 30_000;

/** Connections made with `connect`, one for each request under way, and kept for the next. */
export const poolOver = (connect: () => Promise<Socket>): Pool =>
  new Pool('http://localhost', {
    keepAliveTimeout: idleMs,
    connect: (_, done) => {
      connect().then(
        socket => done(null, socket),
        (error: unknown) => done(error as Error, null)
      );
    }
  });

const close = (pool: Pool): void => void pool.close().catch(() => undefined);

/** One pool per sandbox's socket, so that a kept connection never serves another sandbox. */
export const createSandboxPools = (connect: (path: string) => Promise<Socket>) => {
  const pools = new Map<string, Pool>();
  return {
    of(path: string): Pool {
      const known = pools.get(path);
      if (known) return known;
      const pool = poolOver(() => connect(path));
      pools.set(path, pool);
      return pool;
    },
    /** Lets go of pools whose sandbox is gone; answers that are under way go on. */
    keepOnly(paths: ReadonlySet<string>): void {
      for (const [path, pool] of pools)
        if (!paths.has(path)) {
          pools.delete(path);
          close(pool);
        }
    },
    close(): void {
      for (const pool of pools.values()) void pool.destroy();
      pools.clear();
    }
  };
};

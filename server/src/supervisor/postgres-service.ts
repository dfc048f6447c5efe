import type { EmbeddedPostgres } from '../adapters/postgres/index.js';
import type { Kept } from './keep-alive.js';

/** PostgreSQL as a kept service: one that runs already is adopted, not started again. */
export const createPostgresService = (postgres: EmbeddedPostgres): Kept => ({
  name: 'postgres',
  async start() {
    const { pid } = await postgres.start();
    return {
      pid,
      ready: Promise.resolve(),
      ended: postgres.ended(pid).then(() => 'ended; its log is postgres.log')
    };
  },
  stop: () => postgres.stop()
});

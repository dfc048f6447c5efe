import type { operations as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface OperationRow {
  readonly id: string;
  readonly project: string;
  readonly kind: contract.Operation['kind'];
  readonly state: contract.Operation['state'];
  readonly dataset: string;
  readonly path: string;
  readonly done_bytes: number;
  readonly total_bytes: number;
  readonly left_out: number;
  readonly started_by: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly reason: string | null;
}

export type NewOperation = Pick<
  OperationRow,
  'id' | 'project' | 'kind' | 'dataset' | 'path' | 'total_bytes' | 'started_by'
>;
export type Ending = Pick<OperationRow, 'state' | 'done_bytes' | 'left_out' | 'reason'>;

export const createOperationsStore = (db: Db) => {
  const operations = () => db<OperationRow>('operations');
  return {
    async insert(row: NewOperation): Promise<OperationRow> {
      const [made] = await operations()
        .insert({ ...row, state: 'running' })
        .returning('*');
      if (!made) throw new Error('nothing was inserted');
      return made;
    },

    one: (project: string, id: string): Promise<OperationRow | undefined> =>
      operations().where({ project, id }).first(),

    end: async (id: string, ending: Ending): Promise<void> => {
      await operations()
        .where({ id, state: 'running' })
        .update({ ...ending, ended_at: db.fn.now() as never });
    },

    /** Those of a server that died. */
    failAll: async (reason: string): Promise<void> => {
      await operations()
        .where({ state: 'running' })
        .update({ state: 'failed', reason, ended_at: db.fn.now() as never });
    },

    /** Forgets what ended long ago. */
    forget: async (): Promise<void> => {
      await operations().whereRaw(`ended_at < now() - interval '7 days'`).delete();
    }
  };
};

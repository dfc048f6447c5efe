import type { Db } from '../../platform/db.js';

export interface FactorRow {
  readonly username: string;
  readonly secret: Buffer;
  readonly confirmed_at: Date | null;
}

export const createSecondFactorStore = (db: Db) => ({
  of: (username: string): Promise<FactorRow | undefined> =>
    db<FactorRow>('second_factors').where({ username }).first(),

  /** Begins anew; one that was confirmed stays as it is. */
  async begin(username: string, secret: Buffer): Promise<boolean> {
    const begun: unknown[] = await db('second_factors')
      .insert({ username, secret })
      .onConflict('username')
      .merge({ secret, last_counter: -1, created_at: db.fn.now() })
      .whereRaw('second_factors.confirmed_at is null')
      .returning('username');
    return begun.length > 0;
  },

  /** Takes a code's step, once: false for one that is not newer than the last. */
  take: async (username: string, counter: number): Promise<boolean> =>
    (await db('second_factors')
      .where({ username })
      .where('last_counter', '<', counter)
      .update({ last_counter: counter })) > 0,

  async confirm(username: string, hashes: readonly Buffer[]): Promise<void> {
    await db('second_factors').where({ username }).update({ confirmed_at: db.fn.now() });
    await db('recovery_codes').insert(hashes.map(hash => ({ username, hash })));
  },

  /** Takes a recovery code away; says whether it was one. */
  spend: async (username: string, hash: Buffer): Promise<boolean> =>
    (await db('recovery_codes')
      .where({ username })
      .where('hash', hash as unknown as string)
      .delete()) > 0,

  async codesLeft(username: string): Promise<number> {
    const rows = await db('recovery_codes').where({ username }).select('username');
    return rows.length;
  },

  remove: async (username: string): Promise<void> => {
    await db('second_factors').where({ username }).delete();
  }
});

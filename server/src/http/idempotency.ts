import { createHash } from 'node:crypto';
import type { AnyEndpoint } from '@hopslab/schema';
import type { Db } from '../platform/db.js';
import { problem } from '../platform/problem.js';

export type Idempotency = (
  user: string,
  key: string,
  request: object,
  run: () => Promise<unknown>
) => Promise<unknown>;

interface Row {
  readonly request_hash: Buffer;
  readonly body: string | null;
}

/** The key that a request brings: nothing where it brings none, or the endpoint honours none. */
export const keyOf = ({ idempotent }: AnyEndpoint, header: string): string => {
  if (idempotent && header.length > 200)
    throw problem('request.invalid', 'The Idempotency-Key is longer than 200 characters.', {
      errors: [{ pointer: '/headers/Idempotency-Key', detail: 'longer than 200 characters' }]
    });
  return idempotent ? header : '';
};

/** Runs a request once per user and key; the same request again gets the same answer. */
export const createIdempotency =
  (db: Db): Idempotency =>
  async (user, key, request, run) => {
    const hash = createHash('sha256').update(JSON.stringify(request)).digest();
    const mine = { username: user, key };
    // A claim without an answer is left by a server that died in the middle; one from the future, by a clock that was set.
    await db('idempotency_keys')
      .where(mine)
      .whereNull('body')
      .whereRaw(`created_at not between now() - interval '1 minute' and now() + interval '1 minute'`)
      .delete();
    const claimed = await db('idempotency_keys')
      .insert({ ...mine, request_hash: hash })
      .onConflict(['username', 'key'])
      .ignore()
      .returning('key');
    if (claimed.length === 0) {
      const before = await db<Row>('idempotency_keys').where(mine).first();
      if (before?.body && before.request_hash.equals(hash)) return JSON.parse(before.body) as unknown;
      if (before && !before.request_hash.equals(hash))
        throw problem(
          'request.idempotency-conflict',
          'The key belongs to another request; choose a new one.'
        );
      // Retriable: who asks again, also after a server died in the middle, gets the answer in the end.
      throw problem('service.unavailable', 'The same request is being worked on; ask again in a moment.');
    }
    try {
      const result = await run();
      await db('idempotency_keys')
        .where(mine)
        .update({ body: JSON.stringify(result) });
      return result;
    } catch (error) {
      await db('idempotency_keys').where(mine).delete();
      throw error;
    }
  };

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '../platform/actor.js';
import { testDatabase } from '../testing/database.js';
import { createRefusals } from './refusals.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const actor = (name: string, address = '192.0.2.1'): Actor => ({
  user: { name, displayName: name, admin: false },
  channel: 'token',
  session: null,
  member: null,
  address,
  requestId: 'r'
});
interface Row {
  readonly actor: string;
  readonly action: string;
  readonly asset: string;
  readonly data: unknown;
}
const rows = (): Promise<Row[]> =>
  database.db('journal').orderBy('id').select<Row[]>('actor', 'action', 'asset', 'data');
const denied = { operation: 'putMember', path: '/p', code: 'access.denied' } as const;

it('writes the same refusal of somebody once a minute, another at once', async () => {
  let clock = 0;
  const { refuse } = createRefusals(database.db, () => clock);
  await refuse({ actor: actor('ada'), ...denied });
  await refuse({ actor: actor('ada'), ...denied });
  await refuse({ actor: actor('bob'), ...denied });
  await refuse({ actor: actor('ada'), ...denied, path: '/q' });
  await refuse({ actor: actor('ada'), ...denied, code: 'request.invalid' });
  expect((await rows()).map(({ actor, asset }) => [actor, asset])).toEqual([
    ['ada', '/p'],
    ['bob', '/p'],
    ['ada', '/q']
  ]);
  clock = 60_000;
  await refuse({ actor: actor('ada'), ...denied });
  expect(await rows()).toHaveLength(4);
});

it('counts those of nobody known by address, and keeps only so many apart', async () => {
  await database.db('journal').delete();
  const { refuse, flush } = createRefusals(database.db);
  const expired = { operation: 'getProject', path: '/p', code: 'auth.expired' } as const;
  for (let n = 0; n < 3000; n++)
    await refuse({ actor: actor('(anonymous)', `192.0.2.${n % 3}`), ...expired });
  await refuse({ actor: actor('(anonymous)'), ...expired, operation: 'me' });
  for (const code of [
    'auth.wrong-credentials',
    'auth.second-factor',
    'auth.must-change',
    'auth.password-expired'
  ] as const)
    await refuse({ actor: actor('(anonymous)'), ...expired, code });
  expect(await rows()).toEqual([]);
  await flush();
  await flush();
  expect((await rows()).map(({ actor, action, data }) => [actor, action, data])).toEqual(
    [0, 1, 2].map(() => ['(anonymous)', 'getProject', { code: 'auth.expired', count: 1000 }])
  );
  for (let n = 0; n < 3000; n++) await refuse({ actor: actor('(anonymous)', `address ${n}`), ...expired });
  await flush();
  expect(await rows()).toHaveLength(1003);
});

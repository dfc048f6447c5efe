import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLocalUser } from './local-user.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

let test: TestPlatform;
beforeAll(async () => {
  test = await startPlatform();
});
afterAll(() => test.close());

const make = (username: string, password: string) =>
  makeLocalUser(test.platform.auth, { username, password, displayName: username, admin: false });

it('makes who can sign in', async () => {
  const password = 'long enough a password';
  await make('grace', password);
  const body = { username: 'grace', password };
  expect(await test.anonymous.send('POST', '/api/v1/auth/login', { body })).toMatchObject({ status: 200 });
});

it('refuses a name and a password that the API would refuse, both at once, and changes nothing', async () => {
  await expect(make('Bad Name!', 'short')).rejects.toMatchObject({
    detail: expect.stringMatching(/username: lower-case letters.*password: at least 8 characters/) as string
  });
  expect(await test.db('users').where({ name: 'Bad Name!' })).toEqual([]);
});

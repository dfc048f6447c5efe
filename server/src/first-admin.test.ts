import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFirstAdmin } from './first-admin.js';
import { startPlatform } from './testing/platform.js';

it('tells the password until it has been seen, and never again', async () => {
  const test = await startPlatform();
  const make = () => makeFirstAdmin(test.platform.auth, test.config.data);
  const first = await make();
  expect(first).toMatchObject({ created: true, username: 'admin' });
  expect(await make()).toEqual(first);

  const body = { username: 'admin', password: 'password' in first ? first.password : '' };
  expect(await test.anonymous.send('POST', '/api/v1/auth/login', { body })).toMatchObject({ status: 200 });

  const unseen = join(test.config.data, 'secrets', 'first-password');
  expect(statSync(unseen).mode & 0o777).toBe(0o600);
  rmSync(unseen);
  expect(await make()).toEqual({ created: false });
  await test.close();
});

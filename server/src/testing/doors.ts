import { randomBytes } from 'node:crypto';
import type { Channel } from '@hopslab/schema';
import { certificateHeader } from '../domains/devices/index.js';
import { createNotebookCookies, notebookCookie } from '../domains/auth/notebook-cookie.js';
import { labelOf } from '../platform/label.js';
import { secretKey } from '../platform/secrets.js';
import { createClient, type Client } from './client.js';
import { password, type TestPlatform } from './platform.js';
import { join } from 'node:path';

/** A device's certificate as the proxy tells of it: what its bytes are is the proxy's affair. */
const goodCertificate = async (test: TestPlatform, username: string, project: string): Promise<string> => {
  const fingerprint = randomBytes(32);
  const { epoch } = await test.db('members').where({ project, username }).first<{ epoch: number }>();
  await test.db('devices').insert({ project, username, name: 'door' }).onConflict().ignore();
  await test.db('device_certificates').insert({
    fingerprint,
    serial: fingerprint.toString('hex'),
    project,
    username,
    device: 'door',
    epoch,
    expires_at: test.db.raw(`now() + interval '1 day'`)
  });
  return fingerprint.toString('hex');
};

/** One person's ways in that are good for all their projects, by a sign-in of their own. */
export const personalDoorsOf = async (
  test: TestPlatform,
  user: string
): Promise<Readonly<Record<'hub' | 'token', Client>>> => {
  const login = await test.anonymous.send('POST', '/api/v1/auth/login', {
    body: { username: user, password }
  });
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
  const me = await test.anonymous.send('GET', '/api/v1/auth/me', { headers: { cookie } });
  const csrf = (me.body as { csrfToken: string }).csrfToken;
  return {
    hub: test.anonymous.with({ cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' }),
    token: test.anonymous.with({ authorization: `Bearer ${(login.body as { token: string }).token}` })
  };
};

/** One person's way in through each channel; the projectUser's are those of one project. */
export const doorsOf = async (
  test: TestPlatform,
  user: string,
  project: string
): Promise<Readonly<Record<Channel, Client>>> => {
  const personal = await personalDoorsOf(test, user);

  const [session, member] = await Promise.all([
    test.db('sessions').where({ username: user }).first<{ id: string }>(),
    test.db('members').where({ project, username: user }).first<{ epoch: number }>()
  ]);
  const pass = await createNotebookCookies(secretKey(test.config.data, 'notebook-cookie')).seal({
    project,
    user,
    session: session.id,
    epoch: member.epoch,
    expiresAt: new Date(Date.now() + 3_600_000)
  });
  const host = `${labelOf(project, user)}.${test.config.base}:${test.config.port}`;
  const notebook = createClient({ socketPath: join(test.config.data, 's.sock'), host });

  return {
    ...personal,
    notebook: notebook.with({ cookie: `${notebookCookie}=${pass}`, 'sec-fetch-site': 'same-origin' }),
    device: test.anonymous.with({ [certificateHeader]: await goodCertificate(test, user, project) }),
    sandbox: await test.sandbox({ project, user, sandbox: `${user}-s` })
  };
};

import { randomBytes } from 'node:crypto';
import type { Channel } from '@hopslab/schema';
import { certificateHeader } from '../domains/devices/index.js';
import { createNotebookCookies, notebookCookie } from '../domains/auth/notebook-cookie.js';
import { labelOf } from '../platform/label.js';
import { secretKey } from '../platform/secrets.js';
import { createClient, type Client } from './client.js';
import { password } from './password.js';
import type { TestPlatform } from './platform.js';
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

/** What a person sends with each request, by a sign-in of their own: good for all their projects. */
export const personalHeadersOf = async (anonymous: Client, user: string) => {
  const login = await anonymous.send('POST', '/api/v1/auth/login', { body: { username: user, password } });
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
  const me = await anonymous.send('GET', '/api/v1/auth/me', { headers: { cookie } });
  const { csrfToken } = me.body as { csrfToken: string };
  return {
    hub: { cookie, 'x-csrf-token': csrfToken, 'sec-fetch-site': 'same-origin' },
    token: { authorization: `Bearer ${(login.body as { token: string }).token}` }
  };
};

/** What their browser sends on the notebook origin of one project. */
export const notebookHeadersOf = async (
  {
    db,
    config
  }: Pick<TestPlatform, 'db'> & { config: Pick<TestPlatform['config'], 'data' | 'base' | 'port'> },
  user: string,
  project: string
) => {
  const [session, member] = await Promise.all([
    db('sessions').where({ username: user }).first<{ id: string }>(),
    db('members').where({ project, username: user }).first<{ epoch: number }>()
  ]);
  const pass = await createNotebookCookies(secretKey(config.data, 'notebook-cookie')).seal({
    project,
    user,
    session: session.id,
    epoch: member.epoch,
    expiresAt: new Date(Date.now() + 3_600_000)
  });
  return {
    host: `${labelOf(project, user)}.${config.base}:${config.port}`,
    cookie: `${notebookCookie}=${pass}`,
    'sec-fetch-site': 'same-origin'
  };
};

/** One person's ways in that are good for all their projects, by a sign-in of their own. */
export const personalDoorsOf = async (
  test: TestPlatform,
  user: string
): Promise<Readonly<Record<'hub' | 'token', Client>>> => {
  const { hub, token } = await personalHeadersOf(test.anonymous, user);
  return { hub: test.anonymous.with(hub), token: test.anonymous.with(token) };
};

/** One person's way in through each channel; the projectUser's are those of one project. */
export const doorsOf = async (
  test: TestPlatform,
  user: string,
  project: string
): Promise<Readonly<Record<Channel, Client>>> => {
  const personal = await personalDoorsOf(test, user);

  const { host, ...notebook } = await notebookHeadersOf(test, user, project);
  const socketPath = join(test.config.data, 's.sock');

  return {
    ...personal,
    notebook: createClient({ socketPath, host }, notebook),
    device: test.anonymous.with({ [certificateHeader]: await goodCertificate(test, user, project) }),
    sandbox: await test.sandbox({ project, user, sandbox: `${user}-s` })
  };
};

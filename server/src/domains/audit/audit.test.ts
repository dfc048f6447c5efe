import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { audit } from '@hopslab/schema';
import type { Client } from '../../testing/client.js';
import { createLogger } from '../../platform/logger.js';
import { doorsOf } from '../../testing/doors.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';
import { createVerification } from './audit.verification.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let eve: Client;
let root: Client;
const atlas = '/api/v1/projects/atlas/audit';
const platform = '/api/v1/admin/audit';

const signed = (name: string, more = {}) => test.user(name, more);
beforeAll(async () => {
  test = await startPlatform();
  [ada, bob, eve, root] = await Promise.all([
    signed('ada'),
    signed('bob'),
    signed('eve'),
    signed('root', { admin: true })
  ]);
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await ada.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name: 'genome' } });
  await bob.send('PUT', '/api/v1/projects/atlas/members/eve', { body: { role: 'data_owner' } });
  await eve.send('POST', '/api/v1/projects', { body: { name: 'other' } });
  await placed();
});
afterAll(() => test.close());

/** Until every row has its position. */
const placed = () =>
  vi.waitFor(async () => expect(await test.db('journal').whereNull('position')).toEqual([]), {
    timeout: 20_000,
    interval: 50
  });

type Page = { items: audit.AuditRow[]; nextCursor: string | null };
const page = async (who: Client, path: string): Promise<Page> => {
  const answer = await who.send('GET', path);
  expect(answer, path).toMatchObject({ status: 200 });
  return answer.body as Page;
};
const actions = async (who: Client, path: string) =>
  (await page(who, path)).items.map(({ action }) => action);

describe('a project’s audit', () => {
  it('is its data owners’', async () => {
    const { items } = await page(ada, atlas);
    expect(items.map(({ action }) => action)).toEqual([
      'putMember',
      'dataset.created',
      'member.added',
      'project.created'
    ]);
    expect(items[0]).toMatchObject({
      actor: 'bob',
      projectUser: 'atlas__bob',
      outcome: 'refused',
      channel: 'token',
      data: { code: 'access.denied' }
    });
    expect(await bob.send('GET', atlas)).toMatchObject({ status: 403, body: { code: 'access.denied' } });
    expect(await eve.send('GET', atlas)).toMatchObject({ status: 404 });
    expect(await root.send('GET', atlas)).toMatchObject({ status: 404 });
  });

  it('is read in JupyterLab, but not by a program inside', async () => {
    const doors = await doorsOf(test, 'ada', 'atlas');
    await placed();
    expect((await doors.notebook.send('GET', atlas)).status).toBe(200);
    expect((await doors.sandbox.send('GET', atlas)).status).toBe(403);
  });

  it.each([
    ['who=bob&action=put', ['putMember']],
    ['who=nobody', []],
    ['action=member', ['member.added']],
    ['action=put', ['putMember']],
    ['asset=dataset:', ['dataset.created']],
    ['asset=data_et:', []],
    ['asset=%25', []],
    ['outcome=refused', ['putMember']],
    ['channel=device', []],
    ['channel=token&outcome=done&action=project', ['project.created']],
    ['from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', []],
    ['to=2020-01-01T00:00:00Z', []]
  ])('is filtered by %s', async (query, expected) => {
    const only = query === 'outcome=refused' ? '&action=put' : '';
    expect(await actions(ada, `${atlas}?${query}${only}`)).toEqual(expected);
  });

  it('pages through rows of one instant without losing or repeating one', async () => {
    await test.db.raw(
      `insert into journal (actor, project, action, asset, channel)
       select 'ada', 'atlas', 'burst', 'n:' || n, 'hub' from generate_series(1, 25) n`
    );
    await placed();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const found: Page = await page(ada, `${atlas}?action=burst&limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...found.items.map(({ asset }) => asset));
      cursor = found.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `n:${25 - n}`));
  });
});

describe('the platform’s audit', () => {
  it('is an administrator’s, and shows of projects what they are, not what is in them', async () => {
    expect((await ada.send('GET', platform)).status).toBe(403);
    const { items } = await page(root, `${platform}?limit=1000`);
    const of = (project: string | null) =>
      new Set(items.filter(row => row.project === project).map(({ action }) => action));
    expect(of('atlas')).toEqual(new Set(['member.added', 'project.created']));
    expect(of(null)).toContain('login');
    expect(of(null)).toContain('user.created');
    expect(await actions(root, `${platform}?project=other`)).toEqual(['project.created']);
    expect(await actions(root, `${platform}?action=dataset`)).toEqual([]);
    expect(await actions(root, `${platform}?outcome=refused&project=atlas`)).toEqual([]);
  });

  it('is verified by an operation that tells how far it is, and what it found from then on', async () => {
    const path = `${platform}/verification`;
    type Told = { body: audit.VerificationState };
    const state = async () => ((await root.send('GET', path)) as Told).body;
    expect(await state()).toEqual({ running: null, last: null });
    const rows = Number((await test.db('journal').max('position as tip'))[0]?.tip);
    const begun = (await root.send('POST', path)) as Told & { status: number };
    expect(begun).toMatchObject({ status: 202, body: { running: { by: 'root' } } });
    expect(begun.body.running?.of).toBeGreaterThanOrEqual(rows);
    await vi.waitFor(async () => expect((await state()).running).toBeNull(), { timeout: 20_000 });
    const { last } = await state();
    expect(last).toMatchObject({ by: 'root', found: { verified: true, faults: [] } });
    expect(last?.found?.rows).toBeGreaterThanOrEqual(rows);
    await placed();
    expect((await page(root, `${platform}?action=audit.verified`)).items).toMatchObject([
      { actor: 'root', data: { verified: true, rows: last?.found?.rows } }
    ]);
    // What another process, or this one before, has found is in the journal.
    const again = createVerification({
      db: test.db,
      audit: { readThrough: () => Promise.reject(new Error('the database went away')) },
      logger: createLogger('test', 'silent')
    });
    expect((await again.state()).last).toMatchObject({ by: 'root', found: last?.found });
  });

  it('is verified', async () => {
    expect((await ada.send('GET', `${platform}/verify`)).status).toBe(403);
    await placed();
    const [{ count } = { count: 0 }] = await test.db('journal').count<{ count: number }[]>('id');
    const answer = await root.send('GET', `${platform}/verify`);
    expect(answer).toMatchObject({ status: 200, body: { verified: true, faults: [] } });
    expect((answer.body as audit.Verification).rows).toBeGreaterThanOrEqual(count);
  });
});

describe('an export', () => {
  it('holds what the list holds, as CSV and as NDJSON, and is a row itself', async () => {
    await ada.send(
      'PUT',
      `/api/v1/projects/atlas/datasets/Jupyter/files/${encodeURIComponent('a "b", c.py')}`,
      {
        raw: 'x'
      }
    );
    await placed();
    const listed = (await page(ada, `${atlas}?asset=file:`)).items;
    expect(listed).toHaveLength(1);
    const ndjson = await ada.send('GET', `${atlas}/export?format=ndjson&asset=file:`);
    expect(ndjson.headers['content-type']).toBe('application/x-ndjson');
    expect(ndjson.headers['content-disposition']).toBe('attachment; filename="audit-atlas.ndjson"');
    expect(JSON.parse(String(ndjson.body))).toEqual(listed[0]);
    const csv = await ada.send('GET', `${atlas}/export?asset=file:`);
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    const [head, line] = String(csv.body).split('\r\n');
    expect(head?.split(',').slice(0, 3)).toEqual(['position', 'at', 'actor']);
    expect(line).toContain('"file:Jupyter/a ""b"", c.py"');
    await placed();
    expect((await page(ada, `${atlas}?action=audit`)).items).toMatchObject([
      { action: 'audit.exported', data: { format: 'csv', asset: 'file:' } },
      { action: 'audit.exported', data: { format: 'ndjson' } }
    ]);
  });

  it('of the platform is a row of the platform', async () => {
    const { body } = await root.send('GET', `${platform}/export?format=ndjson&project=other`);
    expect(String(body).trim().split('\n')).toHaveLength(1);
    await placed();
    expect(await actions(root, `${platform}?action=audit`)).toContain('audit.exported');
  });

  it('breaks off for who may not read any more', async () => {
    await test.db.raw(
      `insert into journal (actor, project, action, asset, channel)
       select 'ada', 'atlas', 'many', 'n:' || n, 'hub' from generate_series(1, 2500) n`
    );
    await placed();
    const actor = {
      user: { name: 'ada' },
      channel: 'hub',
      member: null,
      address: null,
      requestId: null
    } as const;
    let asked = 0;
    const scope = { kind: 'project', project: 'atlas' } as const;
    const lines = await test.platform.audit.export(actor, scope, { format: 'csv', action: 'many' }, () =>
      Promise.resolve(asked++ < 1)
    );
    const read = async () => {
      for await (const text of lines) expect(text).not.toBe('');
    };
    await expect(read()).rejects.toThrow('may not any more');
    const whole = await ada.send('GET', `${atlas}/export?format=ndjson&action=many`);
    expect(String(whole.body).trim().split('\n')).toHaveLength(2500);
  });
});

it('members hear live of what changes what they see, not of what others read', async () => {
  const program = '/api/v1/projects/atlas/datasets/Jupyter/files/heard.py';
  await ada.send('PUT', program, { raw: 'x' });
  await ada.send('GET', program);
  await ada.send('GET', `${atlas}/export`);
  await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name: 'last' } });
  await placed();
  const events = await bob.events(
    '/api/v1/projects/atlas/events',
    all => all.some(({ data }) => (data as { asset: string }).asset === 'dataset:last'),
    { 'last-event-id': '0' }
  );
  const heard = new Set(events.map(({ data }) => (data as { action: string }).action));
  expect(heard).toEqual(new Set(['project.created', 'member.added', 'dataset.created', 'file.uploaded']));
  expect(events.every(({ data }) => !('data' in (data as object)) && !('address' in (data as object)))).toBe(
    true
  );
});

it('no secret is ever in it', async () => {
  const login = { username: 'ada', password };
  const { body, headers } = await test.anonymous.send('POST', '/api/v1/auth/login', { body: login });
  const { token, refreshToken } = body as { token: string; refreshToken: string };
  const cookie = /=([^;]+)/.exec(String(headers['set-cookie']))?.[1] ?? '';
  const wrong = 'a-wrong-password-1';
  for (const body of [
    { username: 'ada', password: wrong },
    { username: wrong, password: wrong }
  ])
    await test.anonymous.send('POST', '/api/v1/auth/login', { body });
  await test.anonymous.send('GET', `/api/v1/projects/atlas?token=${token}`, {
    headers: { authorization: `Bearer ${token}x` }
  });
  await test.anonymous.send('POST', '/api/v1/auth/refresh', { body: { refreshToken } });
  await test.anonymous.send('POST', '/api/v1/auth/refresh', { body: { refreshToken } });
  await root.send('POST', '/api/v1/users', { body: { username: 'new', password: wrong, displayName: 'N' } });
  const doors = await doorsOf(test, 'ada', 'atlas');
  await doors.sandbox.send('PATCH', `/api/v1/projects/atlas?password=${encodeURIComponent(password)}`, {
    body: { description: wrong }
  });
  const { rows } = await test.db.raw<{ rows: { row: string }[] }>('select j::text as row from journal j');
  const whole = rows.map(({ row }) => row).join('\n');
  for (const secret of [password, wrong, token, refreshToken, cookie]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(whole).not.toContain(secret);
  }
  expect(rows.length).toBeGreaterThan(10);
});

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { labelOf } from './platform/label.js';
import type { Answer } from './proxy/proxy.fixture.js';
import type { Client } from './testing/client.js';
import { openFront, type Front } from './testing/front.js';
import { startJupyter } from './testing/jupyter.js';
import { password, startPlatform, type TestPlatform } from './testing/platform.js';

let platform: TestPlatform;
let front: Front;
let jupyter: Awaited<ReturnType<typeof startJupyter>>;
let ada: Client;
let bob: (path: string) => Promise<Answer>;

const project = '/api/v1/projects/atlas';
const secret = 'name,salary\n'.repeat(1000);
const large = 'name,salary\n'.repeat(500_000);
const picture = Buffer.from('89504e470d0a1a0a00ff', 'hex');
const empty = JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 });

/** The proxy before the API server, a project's files, and Jupyter's own server over them. */
beforeAll(async () => {
  platform = await startPlatform();
  ada = await platform.user('ada');
  await platform.user('bob');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await ada.send('PUT', `${project}/members/bob`, { body: { role: 'data_scientist' } });
  await ada.send('POST', `${project}/datasets`, { body: { name: 'genome' } });
  for (const [dataset, name, raw] of [
    ['genome', 'big.csv', secret],
    ['Jupyter', 'a.py', 'print(1)\n'],
    ['Jupyter', 'b.ipynb', empty],
    ['Jupyter', 'copy.csv', secret]
  ] as const)
    expect(await ada.send('PUT', `${project}/datasets/${dataset}/files/${name}`, { raw })).toMatchObject({
      status: 201
    });
  const root = join(platform.config.data, 'projects', 'atlas');
  symlinkSync(join(root, 'genome', 'big.csv'), join(root, 'Jupyter', 'link.py'));
  symlinkSync(join(root, 'genome'), join(root, 'Jupyter', 'genome'));
  for (const [name, bytes] of [
    ['big.py', secret],
    ['large.csv', large],
    ['table.parquet', Buffer.from('PAR1 salary \xff\xfe', 'latin1')],
    ['plot.png', picture]
  ] as const)
    writeFileSync(join(root, 'genome', name), bytes);

  jupyter = await startJupyter(root);
  front = await openFront(
    platform,
    `select 'atlas'::text as project, 'bob'::text as username, '${jupyter.socketPath}'::text as socket`
  );
  const login = await platform.anonymous.send('POST', '/api/v1/auth/login', {
    body: { username: 'bob', password }
  });
  const headers = { authorization: `Bearer ${(login.body as { token: string }).token}` };
  const { host } = new URL(front.origins.notebook(labelOf('atlas', 'bob')));
  bob = path => front.ask(path, { host, headers });
});
afterAll(async () => {
  await front.close();
  await jupyter.close();
  await platform.close();
});

/** What a browser would end up with. */
const followed = async (path: string): Promise<Answer> => {
  const answer = await bob(path);
  const to = answer.status === 302 ? String(answer.headers.location) : '';
  return to.startsWith('/api/v1/') ? bob(to) : answer;
};

const journal = () =>
  platform
    .db('journal')
    .where({ actor: 'bob' })
    .whereIn('action', ['file.downloaded', 'readFile'])
    .orderBy('id')
    .select('action', 'outcome', 'asset', 'project_user');

describe('a data scientist in JupyterLab', () => {
  it('downloads programs, which is journaled', async () => {
    expect(await followed('/files/Jupyter/a.py')).toMatchObject({ status: 200, body: 'print(1)\n' });
    expect(await journal()).toEqual([
      { action: 'file.downloaded', outcome: 'done', asset: 'file:Jupyter/a.py', project_user: 'atlas__bob' }
    ]);
  });

  it('is refused data, with the reason, which is journaled', async () => {
    const answer = await followed('/files/genome/big.csv');
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'access.denied' });
    expect(answer.body).toContain('data.export');
    expect(answer.body).toContain('A data owner of the project can do it');
    expect((await journal()).at(-1)).toMatchObject({ action: 'readFile', outcome: 'refused' });
  });

  it.each([
    ['/api/contents?content=1', 'genome'],
    ['/api/contents/genome?type=directory&content=1', 'table.parquet'],
    ['/api/contents/Jupyter/b.ipynb?type=notebook&content=1', 'nbformat'],
    ['/api/contents/genome/big.csv?type=file&format=text&content=1', 'salary'],
    ['/api/contents/genome/big.csv', 'salary'],
    ['/api/contents/genome/plot.png?type=file&format=base64&content=1', picture.toString('base64')]
  ])('looks at %s', async (path, shown) => {
    const before = front.seen.get('bob') ?? 0;
    const answer = await bob(path);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(shown);
    expect(front.seen.get('bob')).toBeGreaterThanOrEqual(before + Buffer.byteLength(answer.body));
  });

  it.each([
    '/files/Jupyter/copy.csv',
    '/files/Jupyter/link.py',
    '/files/Jupyter/genome/big.py',
    '/files/genome/big.py',
    '/files/genome/table.parquet',
    '/files/jupyter/big.py',
    '/files/Jupyter/../genome/big.csv',
    '/files/../atlas/genome/big.csv',
    '/files//genome/big.csv',
    '/files/Jupyter%2fgenome/big.py',
    '/nbconvert/html/genome/big.csv',
    '/nbconvert/script/Jupyter/link.py',
    '/api/contents/genome/table.parquet',
    '/api/contents/genome/table.parquet?format=base64',
    '/api/contents/genome/table.parquet?content=1&type=file&format=text&format=base64',
    '/api/contents/genome/large.csv?type=file&format=text&content=1',
    '/api/contents/x/../genome/big.csv'
  ])('gets nothing of it by %s', async path => {
    const answer = await followed(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toContain('salary');
    expect(answer.body).not.toContain(Buffer.from('PAR1').toString('base64').slice(0, 5));
  });

  it('may do it as a data owner', async () => {
    await ada.send('PUT', `${project}/members/bob`, { body: { role: 'data_owner' } });
    await vi.waitFor(
      async () => expect(await bob('/files/genome/big.csv')).toMatchObject({ status: 200, body: secret }),
      { timeout: 15_000 }
    );
  });
});

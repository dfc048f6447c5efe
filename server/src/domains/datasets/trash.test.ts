import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  writeSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { quota, shares, trash } from '@hopslab/schema';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import type { Answer, Client } from '../../testing/client.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import { createDatasetsService } from './datasets.service.js';
import { createTrashService } from './trash.service.js';

let test: TestPlatform;
let owner: Client;
let scientist: Client;
let other: Client;

const project = '/api/v1/projects/atlas';
const file = (dataset: string, path: string) => `${project}/datasets/${dataset}/files/${path}`;
const files = (...names: string[]) => join(test.config.data, 'projects', ...names);
const patient = { timeout: 15_000, interval: 50 };

beforeAll(async () => {
  test = await startPlatform();
  [owner, scientist, other] = await Promise.all([test.user('ada'), test.user('bob'), test.user('cy')]);
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await other.send('POST', '/api/v1/projects', { body: { name: 'borea' } });
  await owner.send('PUT', `${project}/members/bob`, { body: { role: 'data_scientist' } });
  await owner.send('POST', `${project}/datasets`, { body: { name: 'genes' } });
});
afterAll(() => test.close());

let n = 0;
/** A folder that no other test uses. */
let own: string;
beforeEach(() => (own = `t${String(n++)}`));

const put = (path: string, raw = '12345', dataset = 'genes') =>
  owner.send('PUT', file(dataset, path), { raw });
const remove = (path: string, who = owner, dataset = 'genes') =>
  who.send('DELETE', `${file(dataset, path)}?recursive=true`);
const list = async (query = '', who = owner) =>
  (await who.send('GET', `${project}/trash?${query}`)).body as {
    items: trash.TrashItem[];
    nextCursor: string | null;
  };
const newest = async (path: string): Promise<trash.TrashItem> => {
  const [item] = (await list(`path=${path}`)).items;
  if (!item) throw new Error(`${path} is not in the trash`);
  return item;
};
const restore = ({ id }: Pick<trash.TrashItem, 'id'>, to?: object, who = owner) =>
  who.send('POST', `${project}/trash/${id}/restore`, { body: to ? { to } : {} });
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];
const stored = async () => {
  const { body } = await owner.send('GET', `${project}/quota`);
  const { bytes, files: count } = (body as quota.Quota).storage;
  return { bytes, files: count };
};
const actions = async (asset: string) => {
  const rows = await test.db('journal').where({ asset, outcome: 'done' }).orderBy('id').select('action');
  return (rows as { action: string }[]).map(({ action }) => action);
};

describe('what is deleted', () => {
  it('is counted again, for who has it open goes on writing there', async () => {
    const before = await stored();
    await put(`${own}/log`);
    await put(`${own}/folder/log`);
    const held = ['log', 'folder/log'].map(name => openSync(files('atlas', 'genes', own, name), 'a'));
    await remove(`${own}/log`);
    await remove(`${own}/folder`);
    for (const fd of held) writeSync(fd, Buffer.alloc(2 ** 20, 'x'));
    await test.platform.storage.count();
    const size = 5 + 2 ** 20;
    for (const name of ['log', 'folder'])
      expect(await newest(`${own}/${name}`)).toMatchObject({ bytes: size, files: 1 });
    expect(await stored()).toEqual({ bytes: before.bytes + 2 * size, files: before.files + 2 });
    // Also what was written since then comes back as what it is.
    for (const fd of held) {
      writeSync(fd, Buffer.alloc(2 ** 20, 'x'));
      closeSync(fd);
    }
    for (const name of ['log', 'folder'])
      expect((await restore(await newest(`${own}/${name}`))).status).toBe(200);
    expect(await stored()).toEqual({ bytes: before.bytes + 2 * (size + 2 ** 20), files: before.files + 2 });
  });

  it('goes to the trash, still counts as stored, and comes back to where it was', async () => {
    await put(`${own}/a/x`);
    await put(`${own}/y`, '1');
    const before = await stored();
    expect((await remove(own)).status).toBe(204);
    expect(existsSync(files('atlas', 'genes', own))).toBe(false);
    expect(await stored()).toEqual(before);
    const item = await newest(own);
    expect(item).toMatchObject({
      dataset: 'genes',
      kind: 'folder',
      files: 2,
      deletedBy: 'ada',
      programs: false
    });
    expect(Date.parse(item.until) - Date.parse(item.deletedAt)).toBe(30 * 86_400_000);
    expect(await restore(item)).toMatchObject({ status: 200, body: { dataset: 'genes', path: own } });
    expect(readFileSync(files('atlas', 'genes', own, 'a', 'x'), 'utf8')).toBe('12345');
    expect(await stored()).toEqual(before);
    expect(await actions(`file:genes/${own}`)).toEqual(['file.deleted', 'file.restored']);
    expect(code(await restore(item))).toEqual([404, 'trash.unknown']);
    // An id is written in one way only, by which it is known what the server is at.
    const capital = { id: 'AAAAAAAA-0000-4000-8000-AAAAAAAAAAAA' };
    expect(code(await restore(capital))).toEqual([400, 'request.invalid']);
    expect(code(await owner.send('DELETE', `${project}/trash/${capital.id}`))).toEqual([
      400,
      'request.invalid'
    ]);
  });

  it('goes at once and for good only where that is asked for', async () => {
    await put(`${own}/x`);
    const before = await stored();
    expect((await owner.send('DELETE', `${file('genes', own)}?recursive=true&permanent=true`)).status).toBe(
      204
    );
    expect(await stored()).toEqual({ bytes: before.bytes - 5, files: before.files - 1 });
    expect((await list(`path=${own}`)).items).toEqual([]);
    await owner.send('PUT', `${project}/datasets/genes/folders/${own}`);
    await put(`${own}/x`);
    expect(code(await owner.send('DELETE', file('genes', own)))).toEqual([409, 'file.folder-not-empty']);
  });

  it('replaces nothing when it comes back: another name does, with the folders above it', async () => {
    await put(`${own}/x`, 'old');
    await remove(`${own}/x`);
    await put(`${own}/x`, 'new');
    const item = await newest(`${own}/x`);
    expect(code(await restore(item))).toEqual([409, 'file.exists']);
    expect(code(await restore(item, { path: '../x' }))).toEqual([400, 'file.path']);
    expect(code(await restore(item, { path: 'x', dataset: 'nothing' }))).toEqual([404, 'dataset.unknown']);
    expect((await restore(item, { path: `${own}/new/above/x`, dataset: 'Models' })).status).toBe(200);
    expect(readFileSync(files('atlas', 'Models', own, 'new', 'above', 'x'), 'utf8')).toBe('old');
  });

  it('is listed in pages, the latest first, and one of several of a name by when it was deleted', async () => {
    for (const raw of ['1', '12', '123']) {
      await put(`${own}/x`, raw);
      await remove(`${own}/x`);
    }
    const first = await list(`dataset=genes&path=${own}/x&limit=2`);
    expect(first.items.map(({ bytes }) => bytes)).toEqual([3, 2]);
    const rest = await list(`dataset=genes&path=${own}/x&limit=2&cursor=${String(first.nextCursor)}`);
    expect(rest).toMatchObject({ items: [{ bytes: 1 }], nextCursor: null });
    expect((await list(`dataset=Models&path=${own}/x`)).items).toEqual([]);
  });

  it('is removed for good one by one or all at once, and its space is free', async () => {
    const before = await stored();
    for (const name of ['x', 'y', 'z']) {
      await put(`${own}/${name}`);
      await remove(`${own}/${name}`);
    }
    const { id } = await newest(`${own}/x`);
    expect((await owner.send('DELETE', `${project}/trash/${id}`)).status).toBe(204);
    expect(code(await owner.send('DELETE', `${project}/trash/${id}`))).toEqual([404, 'trash.unknown']);
    const { body } = await owner.send('DELETE', `${project}/trash`);
    expect((body as trash.Emptied).items).toBeGreaterThanOrEqual(2);
    expect((await list()).items).toEqual([]);
    expect((await stored()).bytes).toBeLessThanOrEqual(before.bytes);
    await vi.waitFor(() => {
      expect(readdirSync(files('.deleted', 'atlas'))).toEqual([]);
    }, patient);
    expect((await owner.send('DELETE', `${project}/trash`)).body).toEqual({ items: 0, bytes: 0, files: 0 });
    expect(await actions('trash')).toEqual(['trash.emptied']);
  });
});

describe('a data scientist', () => {
  it('brings back and removes programs, and of data only reads that it is there', async () => {
    await put(`${own}/x.csv`);
    await put(`${own}/x.py`, 'p', 'Jupyter');
    await put(`${own}/f/y.py`, 'p', 'Jupyter');
    await put(`${own}/g/y.csv`, 'p', 'Jupyter');
    await remove(`${own}/x.csv`);
    await remove(`${own}/x.py`, scientist, 'Jupyter');
    await remove(`${own}/f`, scientist, 'Jupyter');
    await remove(`${own}/g`, owner, 'Jupyter');
    expect((await list('', scientist)).items.length).toBeGreaterThanOrEqual(4);
    for (const path of ['x.csv', 'g']) {
      const item = await newest(`${own}/${path}`);
      const refused = await restore(item, undefined, scientist);
      expect(code(refused)).toEqual([403, 'access.denied']);
      expect((refused.body as { detail: string }).detail).toMatch(/data\.import.*data/);
      expect(code(await scientist.send('DELETE', `${project}/trash/${item.id}`))).toEqual([
        403,
        'access.denied'
      ]);
    }
    const program = await newest(`${own}/x.py`);
    expect(code(await restore(program, { path: 'x.py', dataset: 'genes' }, scientist))).toEqual([
      403,
      'access.denied'
    ]);
    expect(code(await restore(program, { path: 'x.csv' }, scientist))).toEqual([403, 'access.denied']);
    expect((await restore(program, undefined, scientist)).status).toBe(200);
    expect((await restore(await newest(`${own}/f`), undefined, scientist)).status).toBe(200);
    await remove(`${own}/x.py`, scientist, 'Jupyter');
    expect((await scientist.send('DELETE', `${project}/trash`)).body).toMatchObject({ items: 1 });
    expect((await newest(`${own}/x.csv`)).programs).toBe(false);
  });
});

describe('what is deleted from a shared dataset', () => {
  const theirs = '/api/v1/projects/borea/datasets/atlas::genes';

  it('goes to its owner’s trash, and is brought back by whoever may write there', async () => {
    await put(`${own}/x`);
    await put(`${own}/y`);
    const share = { project: 'borea', permission: 'editable' };
    const { body } = await owner.send('POST', `${project}/datasets/genes/shares`, { body: share });
    await other.send('POST', `/api/v1/projects/borea/offers/${(body as shares.Share).offerId}/accept`);
    for (const name of ['x', 'y'])
      expect((await other.send('DELETE', `${theirs}/files/${own}/${name}`)).status).toBe(204);
    expect(await newest(`${own}/x`)).toMatchObject({ dataset: 'genes', deletedBy: 'cy' });
    const seen = async () =>
      (await other.send('GET', '/api/v1/projects/borea/trash')).body as { items: trash.TrashItem[] };
    const { items } = await seen();
    expect(items).toMatchObject([
      { dataset: 'atlas::genes', path: `${own}/y` },
      { dataset: 'atlas::genes', path: `${own}/x` }
    ]);
    const [y, x] = items;
    const back = (id = '', to?: object) =>
      other.send('POST', `/api/v1/projects/borea/trash/${id}/restore`, { body: to ? { to } : {} });
    expect(code(await back(x?.id, { path: 'x', dataset: 'Models' }))).toEqual([400, 'file.path']);
    expect(await back(x?.id)).toMatchObject({ status: 200, body: { dataset: 'atlas::genes' } });
    expect(await actions(`file:genes/${own}/x`)).toEqual(['file.uploaded', 'file.deleted', 'file.restored']);
    expect(await actions(`file:atlas::genes/${own}/x`)).toEqual(['file.deleted', 'file.restored']);
    // Emptying theirs is not emptying the owner’s.
    expect((await other.send('DELETE', '/api/v1/projects/borea/trash')).body).toMatchObject({ items: 0 });
    await owner.send('DELETE', `${project}/datasets/genes/shares/borea`);
    expect((await seen()).items).toEqual([]);
    expect(code(await back(y?.id))).toEqual([404, 'trash.unknown']);
    expect((await restore(await newest(`${own}/y`))).status).toBe(200);
  });
});

describe('after a fall', () => {
  const rowOf = (id: string) => test.db('trash').where({ id }).first<{ state: string } | undefined>('state');
  /** What a server that starts does. */
  const restart = () => {
    const store = createLocalFileStore({ root: files() });
    const datasets = createDatasetsService({ db: test.db, files: store });
    return createTrashService({ db: test.db, files: store, datasets, days: 30 }).reconcile();
  };

  it('what had left its dataset is in the trash, and what had not is where it was', async () => {
    await put(`${own}/x`);
    await put(`${own}/y`);
    await remove(`${own}/x`);
    const { id } = await newest(`${own}/x`);
    await test.db('trash').where({ id }).update({ state: 'arriving', bytes: 0, files: 0 });
    const [never] = await test
      .db('trash')
      .insert({
        id: '00000000-0000-4000-8000-00000000000a',
        ...{
          project: 'atlas',
          dataset: 'genes',
          path: `${own}/y`,
          kind: 'file',
          deleted_by: 'ada',
          state: 'arriving'
        }
      })
      .returning<{ id: string }[]>('id');
    await restart();
    expect(await newest(`${own}/x`)).toMatchObject({ id, bytes: 5, files: 1 });
    expect(await rowOf(never?.id ?? '')).toBeUndefined();
    expect(existsSync(files('atlas', 'genes', own, 'y'))).toBe(true);
  });

  it('what was being brought back is there, once', async () => {
    const state = async (path: string) => {
      await put(path);
      await remove(path);
      const { id } = await newest(path);
      const restoring = JSON.stringify({ dataset: 'genes', path, by: 'ada' });
      await test.db('trash').where({ id }).update({ state: 'restoring', restoring });
      return id;
    };
    const [before, after, taken] = [`${own}/before`, `${own}/after`, `${own}/taken`];
    const ids = [await state(before), await state(after), await state(taken)];
    mkdirSync(files('atlas', 'genes', own), { recursive: true });
    renameSync(files('.deleted', 'atlas', ids[1] ?? ''), files('atlas', 'genes', after));
    writeFileSync(files('atlas', 'genes', taken), 'other');
    await restart();
    expect(await Promise.all(ids.map(rowOf))).toEqual([undefined, undefined, { state: 'kept' }]);
    expect(readdirSync(files('atlas', 'genes', own)).sort()).toEqual(['after', 'before', 'taken']);
    expect(readFileSync(files('atlas', 'genes', taken), 'utf8')).toBe('other');
    expect((await newest(taken)).id).toBe(ids[2]);
  });

  it('what two bring back at once is noted once', async () => {
    const path = `${own}/x`;
    await put(path);
    await remove(path);
    const { id } = await newest(path);
    const restoring = JSON.stringify({ dataset: 'genes', path, by: 'ada' });
    await test.db('trash').where({ id }).update({ state: 'restoring', restoring });
    mkdirSync(files('atlas', 'genes', own), { recursive: true });
    renameSync(files('.deleted', 'atlas', id), files('atlas', 'genes', path));
    const before = await stored();
    await Promise.all([restart(), restart()]);
    expect(await actions(`file:genes/${path}`)).toEqual(['file.uploaded', 'file.deleted', 'file.restored']);
    expect(await stored()).toEqual(before);
  });

  it('what was going for good is gone, and so is what is too old', async () => {
    for (const name of ['going', 'old', 'young']) {
      await put(`${own}/${name}`);
      await remove(`${own}/${name}`);
    }
    const [going, old, young] = await Promise.all(
      ['going', 'old', 'young'].map(async name => (await newest(`${own}/${name}`)).id)
    );
    await test.db('trash').where({ id: going }).update({ state: 'going' });
    await test
      .db('trash')
      .where({ id: old })
      .update({ deleted_at: new Date(Date.now() - 31 * 86_400_000) });
    await restart();
    await vi.waitFor(async () => {
      expect(await rowOf(going ?? '')).toBeUndefined();
      expect(await rowOf(old ?? '')).toBeUndefined();
    }, patient);
    expect(existsSync(files('.deleted', 'atlas', going ?? ''))).toBe(false);
    expect(await rowOf(young ?? '')).toEqual({ state: 'kept' });
    expect(await actions(`file:genes/${own}/old`)).toContain('trash.expired');
  });
});

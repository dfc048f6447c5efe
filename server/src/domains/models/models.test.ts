import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { models } from '@hopslab/schema';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import type { Answer, Client } from '../../testing/client.js';
import { startLab, type Lab } from '../../testing/lab.js';
import { createModelsSweep } from './models.sweep.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

let n = 0;
/** A model that no other test uses. */
let own: string;
beforeEach(() => (own = `digits-${String(n++)}`));

const base = '/api/v1/projects/atlas/models';
const folder = (...names: string[]) => join(lab.test.config.data, 'projects', 'atlas', 'Models', ...names);
const write = (name: string, version: number | string, text = '12345'): void => {
  mkdirSync(folder(name, String(version)), { recursive: true });
  writeFileSync(folder(name, String(version), 'model.pkl'), text);
};
const reserve = (body: object = {}, who: Client = lab.driver, name = own) =>
  who.send('POST', `${base}/${name}/versions`, { body });
const register = (version: number, body: object = {}, who: Client = lab.driver, name = own) =>
  who.send('PUT', `${base}/${name}/versions/${String(version)}`, { body });
const of = (version: number | string) => `${base}/${own}/versions/${String(version)}`;
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];
const detail = ({ body }: Answer) => (body as { detail: string }).detail;
/** Registers the next version. */
const publish = async (body: object = {}, who: Client = lab.driver): Promise<number> => {
  const { version } = (await reserve({}, who)).body as models.ModelVersion;
  write(own, version);
  expect(await register(version, body, who)).toMatchObject({ status: 200 });
  return version;
};
const journal = async (): Promise<string[]> => {
  const rows = (await lab.test
    .db('journal')
    .whereLike('asset', `model:${own}/%`)
    .andWhere({ outcome: 'done' })
    .orderBy('id')) as { action: string; asset: string }[];
  return rows.map(({ action, asset }) => `${action} ${asset.slice(`model:${own}/`.length)}`);
};

describe('a model', () => {
  it('is reserved, written and registered, and told of with its experiment', async () => {
    const experiment = await lab.begin();
    expect(await reserve()).toMatchObject({ status: 201, body: { version: 1, state: 'draft' } });
    expect(code(await lab.eve.send('GET', of(1)))).toEqual([404, 'model.unknown']);
    expect(code(await lab.eve.send('GET', `${base}/${own}`))).toEqual([404, 'model.unknown']);
    write(own, 1);
    const body = { description: 'SVM', metrics: { accuracy: 0.98 }, experiment, trial: 7 };
    const expected = {
      ...{ ...body, name: own, version: 1, state: 'ready', path: `Models/${own}/1`, createdBy: 'bob' },
      ...{ bytes: 5, files: 1, missing: false, sha256: null }
    };
    expect(await register(1, body)).toMatchObject({ status: 200, body: expected });
    expect(await lab.eve.send('GET', of(1))).toMatchObject({ status: 200, body: expected });
    const came = await lab.eve.send('GET', `${base}?experiment=${experiment}`);
    expect(came.body).toMatchObject({ items: [{ name: own, versions: 1, newest: expected }] });
    expect(await journal()).toEqual(['model.reserved 1', 'model.registered 1']);
  });

  it('has its newest version in the list, and all of them by itself, in pages', async () => {
    for (const accuracy of [0.9, 0.97, 0.95]) await publish({ metrics: { accuracy } });
    const all = (await lab.eve.send('GET', `${base}?limit=1000`)).body as { items: models.Model[] };
    expect(all.items.find(({ name }) => name === own)).toMatchObject({
      versions: 3,
      newest: { version: 3, metrics: { accuracy: 0.95 } }
    });
    const first = (await lab.eve.send('GET', `${base}/${own}?limit=2`)).body as {
      items: models.ModelVersion[];
      nextCursor: string;
    };
    expect(first.items.map(({ version }) => version)).toEqual([3, 2]);
    const second = await lab.eve.send('GET', `${base}/${own}?limit=2&cursor=${first.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ version: 1 }], nextCursor: null });
    const names = (await lab.eve.send('GET', `${base}?limit=1`)).body as { nextCursor: string | null };
    if (names.nextCursor) {
      const next = await lab.eve.send('GET', `${base}?limit=1&cursor=${names.nextCursor}`);
      expect(next.status).toBe(200);
    }
  });

  it('is found by its best metric, of equals the newest, of those whose files are there', async () => {
    for (const loss of [0.2, 0.1, 0.1]) await publish({ metrics: { loss } });
    const best = async (query: string) => (await lab.eve.send('GET', `${base}/${own}/best?${query}`)).body;
    expect(await best('metric=loss&direction=minimize')).toMatchObject({ version: 3 });
    expect(await best('metric=loss')).toMatchObject({ version: 1 });
    rmSync(folder(own, '3'), { recursive: true });
    expect(await best('metric=loss&direction=minimize')).toMatchObject({ version: 2, missing: false });
    expect(await best('metric=accuracy')).toMatchObject({ code: 'model.unknown' });
  });

  it('whose folder is gone is shown as missing, and is there again with it', async () => {
    const version = await publish();
    renameSync(folder(own, '1'), folder(own, 'away'));
    expect((await lab.eve.send('GET', of(version))).body).toMatchObject({ missing: true });
    symlinkSync(folder(own, 'away'), folder(own, '1'));
    expect((await lab.eve.send('GET', of(version))).body).toMatchObject({ missing: true });
    rmSync(folder(own, '1'));
    renameSync(folder(own, 'away'), folder(own, '1'));
    expect((await lab.eve.send('GET', of(version))).body).toMatchObject({ missing: false });
  });

  it('is registered once, however often that is said', async () => {
    const version = await publish({ metrics: { accuracy: 0.9 } });
    const before = (await lab.eve.send('GET', of(version))).body;
    expect((await register(version, { metrics: { accuracy: 0.9 } })).body).toEqual(before);
    expect(await journal()).toEqual(['model.reserved 1', 'model.registered 1']);
  });

  it('is asked about like any asset', async () => {
    const version = await publish();
    const asset = encodeURIComponent(`model:${own}/${String(version)}`);
    const { body } = await lab.eve.send('GET', `/api/v1/projects/atlas/access?asset=${asset}`);
    expect(body).toMatchObject({
      items: [
        { user: 'ada', rights: expect.arrayContaining([{ action: 'model.delete', by: 'role' }]) as unknown },
        {
          user: 'bob',
          rights: expect.arrayContaining([{ action: 'model.delete', by: 'creator' }]) as unknown
        },
        { user: 'eve', rights: [{ action: 'model.view', by: 'role' }] }
      ]
    });
    const none = await lab.eve.send('GET', `/api/v1/projects/atlas/access?asset=model:${own}/x`);
    expect(code(none)).toEqual([404, 'model.unknown']);
  });

  it('needs no sandbox: what was put there by hand is registered by a person', async () => {
    write(own, 5);
    expect((await reserve({ version: 5 }, lab.eve)).body).toMatchObject({ version: 5 });
    expect(await register(5, {}, lab.eve)).toMatchObject({ status: 200, body: { createdBy: 'eve' } });
    expect((await reserve()).body).toMatchObject({ version: 6 });
  });
});

describe('versions', () => {
  it('of one name are different for all who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => reserve()));
    const versions = answers.map(({ body }) => (body as models.ModelVersion).version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('are not given twice, and pass over folders that are there', async () => {
    write(own, 2);
    expect(await publish()).toBe(1);
    expect(await publish()).toBe(3);
    expect((await lab.bob.send('DELETE', of(3))).status).toBe(204);
    expect(await publish()).toBe(4);
  });

  it('are reserved again by who reserved them, and by nobody else', async () => {
    await reserve({ version: 3 });
    expect(await reserve({ version: 3 })).toMatchObject({ status: 201, body: { version: 3 } });
    const refused = await reserve({ version: 3 }, lab.eve);
    expect(code(refused)).toEqual([409, 'model.version-taken']);
    expect(detail(refused)).toContain('being written by bob');
    expect(code(await register(3, {}, lab.eve))).toEqual([404, 'model.unknown']);
  });

  it('that are there are written anew only where that is asked for, by whose they are', async () => {
    const version = await publish({ metrics: { accuracy: 0.9 } });
    expect(code(await reserve({ version }))).toEqual([409, 'model.version-taken']);
    expect(code(await reserve({ version, overwrite: true }, lab.eve))).toEqual([403, 'access.denied']);
    expect(await reserve({ version, overwrite: true })).toMatchObject({
      status: 201,
      body: { state: 'ready', metrics: { accuracy: 0.9 } }
    });
    write(own, version, '1234567');
    expect(await register(version, { metrics: { accuracy: 0.95 } })).toMatchObject({
      body: { bytes: 7, metrics: { accuracy: 0.95 } }
    });
    expect(code(await register(version, {}, lab.eve))).toEqual([403, 'access.denied']);
    expect(await register(version, {}, lab.owner)).toMatchObject({ body: { createdBy: 'ada' } });
  });

  it('are reserved a hundred at a time at most', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({
      ...{ project: 'atlas', name: own, version: i + 10, created_by: 'bob' },
      draft_since: new Date()
    }));
    await publish();
    await lab.test.db('models').insert(rows);
    const refused = await reserve();
    await lab.test.db('models').where({ name: own, ready: false }).delete();
    expect(code(refused)).toEqual([409, 'model.too-many']);
  });
});

describe('what is refused', () => {
  it.each(['', '1digits', '..', 'a/b', 'a%2Fb', 'a%0Ab', 'x'.repeat(64), 'mod%E2%80%AEel', '.draft'])(
    'is a name like %j',
    async name => {
      const answer = await reserve({}, lab.driver, name);
      expect([400, 404, 405]).toContain(answer.status);
      expect(existsSync(folder(name || 'nothing'))).toBe(name === '..');
    }
  );

  it('is a folder that is none, is empty or leads elsewhere; nothing is changed', async () => {
    await reserve();
    const wrong = async (why: string) => {
      const answer = await register(1);
      expect(code(answer)).toEqual([409, 'model.files']);
      expect(detail(answer)).toContain(`Models/${own}/1 ${why}`);
      rmSync(folder(own, '1'), { recursive: true, force: true });
    };
    await wrong('is no folder');
    mkdirSync(folder(own, '1'), { recursive: true });
    await wrong('holds no file');
    writeFileSync(folder(own, '1'), 'x');
    await wrong('is no folder');
    symlinkSync('/etc', folder(own, '1'));
    await wrong('is no folder');
    write(own, 1);
    symlinkSync('/etc/passwd', folder(own, '1', 'passwd'));
    await wrong('holds "passwd", which is a link');
    expect((await lab.bob.send('GET', of(1))).body).toMatchObject({ state: 'draft', files: 0 });
    expect(await journal()).toEqual(['model.reserved 1']);
  });

  it('is an experiment of nobody, or of another project', async () => {
    await reserve();
    write(own, 1);
    const experiment = '00000000-0000-4000-8000-000000000000';
    expect(code(await register(1, { experiment }))).toEqual([404, 'experiment.unknown']);
  });

  it('is what nobody reserved, and what is no number', async () => {
    expect(code(await register(1))).toEqual([404, 'model.unknown']);
    for (const version of ['0', '-1', '1.5', 'x', '1000001', '1e3x'])
      expect((await lab.bob.send('GET', of(version))).status).toBe(400);
  });
});

describe('a version that is deleted', () => {
  it('goes with its files into the trash, for who registered it and data owners', async () => {
    for (const who of [lab.bob, lab.owner]) {
      const version = await publish();
      expect(code(await lab.eve.send('DELETE', of(version)))).toEqual([403, 'access.denied']);
      expect((await who.send('DELETE', of(version))).status).toBe(204);
      expect(code(await lab.bob.send('GET', of(version)))).toEqual([404, 'model.unknown']);
      expect(existsSync(folder(own, String(version)))).toBe(false);
      const trash = await lab.owner.send('GET', `/api/v1/projects/atlas/trash?dataset=Models`);
      expect(trash.body).toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ path: `${own}/${String(version)}`, kind: 'folder' })
        ]) as unknown
      });
      expect(await journal()).toContain(`model.deleted ${String(version)}`);
      expect(code(await who.send('DELETE', of(version)))).toEqual([404, 'model.unknown']);
    }
  });

  it('needs no files to be', async () => {
    const version = await publish();
    rmSync(folder(own), { recursive: true });
    expect((await lab.bob.send('DELETE', of(version))).status).toBe(204);
  });
});

describe('what nobody goes on with', () => {
  it('is given up after a day, with the folder that it was written in', async () => {
    const version = await publish();
    await reserve();
    await reserve({ version, overwrite: true });
    for (const draft of ['.draft-1-x', '.draft-2-y', '.draft-22-z', '2']) write(own, draft);
    const { db, config } = lab.test;
    const files = createLocalFileStore({ root: join(config.data, 'projects'), owner: undefined });
    const counted: number[] = [];
    const count = (_trx: unknown, _where: unknown, { files: few }: { files: number }) =>
      Promise.resolve(void counted.push(few));
    const sweep = createModelsSweep({ db, files, count });
    await sweep();
    expect(existsSync(folder(own, '.draft-2-y'))).toBe(true);
    await db('models')
      .where({ name: own })
      .update({ draft_since: db.raw(`now() - interval '25 hours'`) });
    await sweep();
    expect(
      ['.draft-1-x', '.draft-2-y', '.draft-22-z', '1', '2'].map(name => existsSync(folder(own, name)))
    ).toEqual([false, false, true, true, true]);
    expect(counted).toEqual([-1, -1]);
    expect((await lab.eve.send('GET', of(1))).body).toMatchObject({ state: 'ready' });
    expect(code(await lab.bob.send('GET', of(2)))).toEqual([404, 'model.unknown']);
    expect((await journal()).filter(row => row.startsWith('model.given-up'))).toHaveLength(2);
    expect((await reserve()).body).toMatchObject({ version: 3 });
  });
});

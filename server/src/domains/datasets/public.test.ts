import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { publicDatasets } from '@hopslab/schema';
import type { Answer, Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let cy: Client;
let eve: Client;
let n = 0;
/** Two projects that no other test uses: ada's with a dataset, bob's with a data scientist. */
let [atlas, borea] = ['', ''];

beforeAll(async () => {
  test = await startPlatform();
  [ada, bob, cy, eve] = (await Promise.all(['ada', 'bob', 'cy', 'eve'].map(name => test.user(name)))) as [
    Client,
    Client,
    Client,
    Client
  ];
});
afterAll(() => test.close());
beforeEach(async () => {
  [atlas, borea] = [`atlas${String(n)}`, `borea${String(n++)}`];
  await ada.send('POST', '/api/v1/projects', { body: { name: atlas } });
  await bob.send('POST', '/api/v1/projects', { body: { name: borea } });
  await bob.send('PUT', `/api/v1/projects/${borea}/members/cy`, { body: { role: 'data_scientist' } });
  const dataset = { name: 'genes', description: '100% of them' };
  await ada.send('POST', `/api/v1/projects/${atlas}/datasets`, { body: dataset });
});

const publicAt = (dataset = 'genes') => `/api/v1/projects/${atlas}/datasets/${dataset}/public`;
const publish = (dataset = 'genes') => ada.send('PUT', publicAt(dataset));
const unpublish = () => ada.send('DELETE', publicAt());
const add = (who = bob, project = borea, dataset = 'genes') =>
  who.send('POST', `/api/v1/projects/${project}/datasets/import-public`, {
    body: { project: atlas, dataset }
  });
const giveBack = () => bob.send('DELETE', `/api/v1/projects/${borea}/public-datasets/${atlas}::genes`);
const share = async (permission: 'read_only' | 'editable') => {
  const body = { project: borea, permission };
  const offer = await ada.send('POST', `/api/v1/projects/${atlas}/datasets/genes/shares`, { body });
  const { offerId } = offer.body as { offerId: string };
  return bob.send('POST', `/api/v1/projects/${borea}/offers/${offerId}/accept`);
};
const takeBack = () => ada.send('DELETE', `/api/v1/projects/${atlas}/datasets/genes/shares/${borea}`);
const items = async <T>(path: string, who: Client) =>
  ((await who.send('GET', `/api/v1${path}`)).body as { items: T[] }).items;
const find = (q: string, who = eve) =>
  items<publicDatasets.PublicDataset>(`/public-datasets?q=${encodeURIComponent(q)}`, who);
const publications = () => items<publicDatasets.Publication>(`/projects/${atlas}/public`, ada);
/** What the project has of others, and what it may do there. */
const has = async (who = bob) =>
  (await items<{ name: string; permission?: string }>(`/projects/${borea}/datasets`, who))
    .filter(({ name }) => name.includes('::'))
    .map(({ name, permission }) => [name, permission]);
const journal = async (project: string) =>
  (
    await test
      .db('journal')
      .where({ project, outcome: 'done' })
      .whereLike('action', 'public.%')
      .orderBy('id')
      .select<{ action: string; asset: string; address: string | null; data: Record<string, unknown> }[]>()
  ).map(({ action, asset, address, data }) => ({ action, asset, here: address !== null, data }));
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];

describe('a public dataset', () => {
  it('is found by anybody who is signed in, by a part of its names or its description', async () => {
    expect(await find(atlas)).toEqual([]);
    expect((await publish()).body).toMatchObject({ dataset: 'genes', madeBy: 'ada', usedBy: [] });
    const found = { owner: atlas, dataset: 'genes', description: '100% of them', size: 0, files: 0 };
    expect(await find(atlas)).toMatchObject([{ ...found, projects: 0, addedTo: [] }]);
    expect(await find(`${atlas.toUpperCase()}::GEN`)).toHaveLength(1);
    expect((await find('100%')).map(({ owner }) => owner)).toContain(atlas);
    expect(await find('100_ of')).toEqual([]);
    expect(code(await test.anonymous.send('GET', '/api/v1/public-datasets'))).toEqual([401, 'auth.required']);
    const own = await ada.send('GET', `/api/v1/projects/${atlas}/datasets/genes`);
    expect(own.body).toMatchObject({ public: true });
    expect(
      (await items<{ public: boolean }>(`/projects/${atlas}/datasets`, ada)).filter(one => one.public)
    ).toHaveLength(1);
  });

  it('comes in pages', async () => {
    for (const name of ['a1', 'a2', 'a3']) {
      await ada.send('POST', `/api/v1/projects/${atlas}/datasets`, { body: { name } });
      await publish(name);
    }
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `q=${atlas}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await eve.send('GET', `/api/v1/public-datasets?${query}`);
      const page = body as { items: { dataset: string }[]; nextCursor: string | null };
      names.push(...page.items.map(({ dataset }) => dataset));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(['a1', 'a2', 'a3']);
    const cursor = Buffer.from(JSON.stringify(7)).toString('base64url');
    expect((await eve.send('GET', `/api/v1/public-datasets?cursor=${cursor}`)).status).toBe(200);
  });

  it('is added by a data owner without asking, read-only, once however often; and given back', async () => {
    await publish();
    expect(code(await add(cy))).toEqual([403, 'access.denied']);
    expect(code(await add(eve))).toEqual([404, 'project.unknown']);
    for (let twice = 0; twice < 2; twice++)
      expect(await add()).toMatchObject({
        status: 200,
        body: { name: `${atlas}::genes`, sharedBy: atlas, permission: 'read_only', public: true }
      });
    expect(await has(cy)).toEqual([[`${atlas}::genes`, 'read_only']]);
    expect(await publications()).toMatchObject([{ usedBy: [{ project: borea, keeps: false }] }]);
    expect(await items(`/projects/${borea}/public-datasets`, cy)).toMatchObject([
      { name: `${atlas}::genes`, addedBy: 'bob', shared: false }
    ]);
    expect(await find(atlas, bob)).toMatchObject([{ projects: 1, addedTo: [borea] }]);
    expect(await find(atlas, eve)).toMatchObject([{ projects: 1, addedTo: [] }]);
    const write = await bob.send('PUT', `/api/v1/projects/${borea}/datasets/${atlas}::genes/files/x`, {
      body: {}
    });
    expect([write.status, (write.body as { detail: string }).detail]).toMatchObject([
      403,
      expect.stringContaining(`genes of ${atlas} is public, which is read-only.`)
    ]);
    expect((await giveBack()).status).toBe(204);
    expect(await has()).toEqual([]);
    expect(code(await giveBack())).toEqual([404, 'public.unknown']);
  });

  it('is not made of what every project has, nor of nothing, nor by a data scientist', async () => {
    const refused = await publish('Models');
    expect(code(refused)).toEqual([409, 'dataset.built-in']);
    expect((refused.body as { detail: string }).detail).toContain('Make a dataset of its own');
    expect(code(await publish('nothing'))).toEqual([404, 'dataset.unknown']);
    await ada.send('PUT', `/api/v1/projects/${atlas}/members/cy`, { body: { role: 'data_scientist' } });
    expect(code(await cy.send('PUT', publicAt()))).toEqual([403, 'access.denied']);
    expect(code(await unpublish())).toEqual([404, 'public.unknown']);
    expect(code(await add())).toEqual([404, 'public.unknown']);
    expect(code(await add(bob, borea, 'nothing'))).toEqual([404, 'public.unknown']);
    await publish();
    expect(code(await add(ada, atlas))).toEqual([409, 'share.same-project']);
  });

  it('that is made private is lost by those who had added it, in whose journals it is', async () => {
    await publish();
    await publish();
    await add();
    await add();
    expect((await unpublish()).status).toBe(204);
    expect(await has()).toEqual([]);
    expect(await find(atlas)).toEqual([]);
    expect(code(await add())).toEqual([404, 'public.unknown']);
    const mine = { asset: 'dataset:genes' };
    expect(await journal(atlas)).toMatchObject([
      { action: 'public.made', ...mine, here: true },
      { action: 'public.added', ...mine, here: false, data: { project: borea } },
      { action: 'public.lost', ...mine, here: true, data: { project: borea } },
      { action: 'public.ended', ...mine, here: true, data: { projects: 1 } }
    ]);
    const theirs = { asset: `dataset:${atlas}::genes` };
    expect(await journal(borea)).toMatchObject([
      { action: 'public.added', ...theirs, here: true },
      { action: 'public.lost', ...theirs, here: false }
    ]);
  });

  it('that is shared too stays with who has it the other way, and the one that gives more holds', async () => {
    await publish();
    await add();
    await share('editable');
    expect(await has()).toEqual([[`${atlas}::genes`, 'editable']]);
    expect(await publications()).toMatchObject([{ usedBy: [{ project: borea, keeps: true }] }]);
    await takeBack();
    expect(await has()).toEqual([[`${atlas}::genes`, 'read_only']]);
    await share('read_only');
    await unpublish();
    expect(await has()).toEqual([[`${atlas}::genes`, 'read_only']]);
    expect((await journal(borea)).at(-1)).toMatchObject({ action: 'public.lost', data: { keeps: true } });
    await takeBack();
    expect(await has()).toEqual([]);
  });

  it('that is made private while it is added is added or not, and never had afterwards', async () => {
    for (let round = 0; round < 5; round++) {
      await publish();
      const [added, ended] = await Promise.all([add(), unpublish()]);
      expect(ended.status).toBe(204);
      expect([200, 404]).toContain(added.status);
      expect(await has()).toEqual([]);
    }
  });

  it.each(['archive', 'delete'])('ends with its project by %s, and is not back afterwards', async how => {
    await publish();
    await add();
    await (how === 'archive'
      ? ada.send('POST', `/api/v1/projects/${atlas}/archive`)
      : ada.send('DELETE', `/api/v1/projects/${atlas}`, { body: { confirm: atlas } }));
    expect(await has()).toEqual([]);
    expect(await find(atlas)).toEqual([]);
    const why = `The project ${atlas} was ${how}d.`;
    expect((await journal(borea)).at(-1)).toMatchObject({ action: 'public.lost', data: { why } });
    expect((await journal(atlas)).at(-1)).toMatchObject({ action: 'public.ended', data: { why } });
    if (how === 'delete') return;
    await ada.send('POST', `/api/v1/projects/${atlas}/unarchive`);
    expect(await find(atlas)).toEqual([]);
  });

  it('is not used any more by a project that is archived', async () => {
    await publish();
    await add();
    await bob.send('POST', `/api/v1/projects/${borea}/archive`);
    expect(await publications()).toMatchObject([{ usedBy: [] }]);
    expect(code(await add())).toEqual([409, 'project.archived']);
  });
});

describe('from a page of a notebook', () => {
  const confirm = async (hub: Client, id: string) => {
    await test.db('pending_acts').update({ asked_at: test.db.raw(`now() - interval '5 s'`) });
    const decided = await hub.send('POST', `/api/v1/pending/${id}`, { body: { decision: 'confirm' } });
    expect(decided.body).toMatchObject({ pending: { state: 'done' } });
  };
  const held = ({ status, body }: Answer) => {
    expect(status).toBe(202);
    return (body as { pending: { id: string; summary: string } }).pending;
  };

  it('making it public and private waits for a click, which says who will see and who will lose it', async () => {
    const { notebook, hub } = await doorsOf(test, 'ada', atlas);
    await ada.send('PATCH', `/api/v1/projects/${atlas}/datasets/genes`, { body: { editable: true } });
    const making = held(await notebook.send('PUT', publicAt()));
    expect(making.summary).toBe(
      `Make the dataset genes of the project ${atlas} public: everybody who can sign in finds it, with the project’s name, the dataset’s description, its README and its size; data owners of any project can add it there, read it and carry it away. Programs of data scientists write to it: what they write there is public at once.`
    );
    expect(await find(atlas)).toEqual([]);
    await confirm(hub, making.id);
    expect(await find(atlas)).toHaveLength(1);
    await add();
    const ending = held(await notebook.send('DELETE', publicAt()));
    expect(ending.summary).toBe(
      `Make the dataset genes of the project ${atlas} private again: nobody finds it any more. These projects lose the folder at once, and what has files of it open there ends: ${borea}.`
    );
    expect(await has()).toHaveLength(1);
    await confirm(hub, ending.id);
    expect(await has()).toEqual([]);
    expect(code(await notebook.send('PUT', publicAt('Models')))).toEqual([409, 'dataset.built-in']);
    expect(code(await notebook.send('DELETE', publicAt()))).toEqual([404, 'public.unknown']);
  });

  it('it is found and added at once, for that reveals and loses nothing', async () => {
    await publish();
    const { notebook } = await doorsOf(test, 'bob', borea);
    expect(await find(atlas, notebook)).toHaveLength(1);
    expect((await add(notebook)).status).toBe(200);
    const { pending } = (
      await notebook.send('DELETE', `/api/v1/projects/${borea}/public-datasets/${atlas}::genes`)
    ).body as { pending: { summary: string } };
    expect(pending.summary).toContain(`Give the public dataset ${atlas}::genes back`);
    expect(await has()).toHaveLength(1);
  });
});

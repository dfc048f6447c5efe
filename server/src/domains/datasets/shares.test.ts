import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { shares } from '@hopslab/schema';
import type { Answer, Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let cy: Client;
let n = 0;
/** Two projects that no other test uses: ada's with a dataset, bob's with a data scientist. */
let [atlas, borea] = ['', ''];

beforeAll(async () => {
  test = await startPlatform();
  [ada, bob, cy] = await Promise.all([test.user('ada'), test.user('bob'), test.user('cy')]);
});
afterAll(() => test.close());
beforeEach(async () => {
  [atlas, borea] = [`atlas${String(n)}`, `borea${String(n++)}`];
  await ada.send('POST', '/api/v1/projects', { body: { name: atlas } });
  await bob.send('POST', '/api/v1/projects', { body: { name: borea } });
  await bob.send('PUT', `/api/v1/projects/${borea}/members/cy`, { body: { role: 'data_scientist' } });
  await ada.send('POST', `/api/v1/projects/${atlas}/datasets`, { body: { name: 'genes' } });
});

const sharesAt = (dataset = 'genes') => `/api/v1/projects/${atlas}/datasets/${dataset}/shares`;
const offersAt = () => `/api/v1/projects/${borea}/offers`;
const offer = (project = borea, permission: shares.Permission = 'read_only', who = ada) =>
  who.send('POST', sharesAt(), { body: { project, permission, message: 'for you' } });
const idOf = ({ body }: Answer) => (body as shares.Share).offerId;
const decide = (id: string, answer: 'accept' | 'reject', who = bob) =>
  who.send('POST', `${offersAt()}/${id}/${answer}`);
const shared = async (permission: shares.Permission = 'read_only') => {
  const id = idOf(await offer(borea, permission));
  expect((await decide(id, 'accept')).status).toBe(200);
  return id;
};
const withdraw = () => ada.send('DELETE', `${sharesAt()}/${borea}`);
const items = async <T = shares.Share>(path: string, who = ada) =>
  ((await who.send('GET', path)).body as { items: T[] }).items;
const seen = async (who = bob) =>
  (await items<{ name: string }>(`/api/v1/projects/${borea}/datasets`, who))
    .map(({ name }) => name)
    .filter(name => name.includes('::'));
interface Row {
  readonly action: string;
  readonly asset: string;
  readonly address: string | null;
}
const journal = (project: string, action = 'share.%') =>
  test
    .db('journal')
    .where({ project, outcome: 'done' })
    .whereLike('action', action)
    .orderBy('id')
    .select<Row[]>();
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];

describe('a share', () => {
  it('is offered, seen by who is to decide, accepted, and then there under the owner’s name', async () => {
    const { status, body } = await offer();
    expect([status, body]).toMatchObject([
      201,
      { project: borea, permission: 'read_only', state: 'offered', offeredBy: 'ada', answeredAt: null }
    ]);
    const { offerId: id } = body as shares.Share;
    expect(await items(offersAt(), bob)).toMatchObject([
      { id, owner: atlas, dataset: 'genes', message: 'for you', state: 'offered' }
    ]);
    expect(await seen()).toEqual([]);
    for (let twice = 0; twice < 2; twice++)
      expect(await decide(id, 'accept')).toMatchObject({ status: 200, body: { state: 'accepted' } });
    expect(await items(offersAt(), bob)).toMatchObject([{ id, state: 'accepted' }]);
    expect(await items(sharesAt())).toMatchObject([{ project: borea, state: 'accepted' }]);
    expect(await items(`/api/v1/projects/${atlas}/shares`)).toMatchObject([
      { offerId: id, dataset: 'genes', project: borea }
    ]);
    expect(await seen(cy)).toEqual([`${atlas}::genes`]);
    expect((await bob.send('GET', `/api/v1/projects/${borea}/datasets/${atlas}::genes`)).body).toMatchObject({
      name: `${atlas}::genes`,
      sharedBy: atlas,
      permission: 'read_only',
      editable: false
    });
  });

  it('is journaled in both projects, and from where is told to one’s own only', async () => {
    await shared();
    await withdraw();
    const actions = ['share.offered', 'share.accepted', 'share.withdrawn'];
    const [here, there] = [await journal(atlas), await journal(borea)];
    expect(here.map(row => [row.action, row.asset])).toEqual(actions.map(one => [one, 'dataset:genes']));
    expect(there.map(row => [row.action, row.asset])).toEqual(
      actions.map(one => [one, `dataset:${atlas}::genes`])
    );
    const told = (rows: { address: string | null }[]) => rows.map(({ address }) => address !== null);
    expect(told(here)).toEqual([true, false, true]);
    expect(told(there)).toEqual([false, true, false]);
  });

  it('comes after the project’s own datasets, in pages', async () => {
    await shared();
    await ada.send('POST', `/api/v1/projects/${atlas}/datasets`, { body: { name: 'atoms' } });
    const second = await ada.send('POST', sharesAt('atoms'), {
      body: { project: borea, permission: 'editable' }
    });
    await decide(idOf(second), 'accept');
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `limit=3${cursor && `&cursor=${cursor}`}`;
      const { body } = await bob.send('GET', `/api/v1/projects/${borea}/datasets?${query}`);
      const page = body as { items: { name: string }[]; nextCursor: string | null };
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(names.slice(-2)).toEqual([`${atlas}::atoms`, `${atlas}::genes`]);
    expect(new Set(names).size).toBe(8);
  });

  it('is one for each dataset and project, until it was rejected or taken back', async () => {
    const id = idOf(await offer());
    expect(code(await offer())).toEqual([409, 'share.exists']);
    expect(code(await decide(id, 'reject'))).toEqual([200, undefined]);
    expect(code(await decide(id, 'accept'))).toEqual([409, 'share.answered']);
    expect(await items(sharesAt())).toMatchObject([{ state: 'rejected' }]);
    await shared();
    expect(code(await offer())).toEqual([409, 'share.exists']);
    expect((await withdraw()).status).toBe(204);
    expect(await items(sharesAt())).toEqual([]);
    expect(await seen()).toEqual([]);
    expect((await offer()).status).toBe(201);
  });

  it('that was withdrawn is accepted by nobody, and says so', async () => {
    const id = idOf(await offer());
    await withdraw();
    expect(code(await decide(id, 'accept'))).toEqual([409, 'share.withdrawn']);
    expect(code(await decide(id, 'reject'))).toEqual([409, 'share.withdrawn']);
    expect(await seen()).toEqual([]);
  });

  it('that was accepted can be given back', async () => {
    const id = await shared();
    expect((await decide(id, 'reject')).status).toBe(200);
    expect(await seen()).toEqual([]);
    expect(await items(sharesAt())).toMatchObject([{ state: 'rejected' }]);
  });

  it('is refused where it makes no sense', async () => {
    expect(code(await offer(atlas))).toEqual([409, 'share.same-project']);
    const nowhere = await ada.send('POST', sharesAt('nothing'), {
      body: { project: borea, permission: 'read_only' }
    });
    expect(code(nowhere)).toEqual([404, 'dataset.unknown']);
    expect(code(await withdraw())).toEqual([404, 'share.unknown']);
    expect(
      code(await ada.send('PATCH', `${sharesAt()}/${borea}`, { body: { permission: 'editable' } }))
    ).toEqual([404, 'share.unknown']);
    await shared();
    const onwards = `/api/v1/projects/${borea}/datasets/${atlas}::genes/shares`;
    expect(
      code(await bob.send('POST', onwards, { body: { project: 'x', permission: 'read_only' } }))
    ).toEqual([400, 'request.invalid']);
    expect(
      code(await bob.send('POST', `/api/v1/projects/${borea}/datasets`, { body: { name: 'shared' } }))
    ).toEqual([400, 'request.invalid']);
  });

  it('is one of fifty at most that wait, so that nobody is buried in offers', async () => {
    const all = await Promise.all(
      Array.from({ length: 55 }, (_, n) => offer(n === 0 ? borea : `nobody_${String(n)}`))
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(50);
    const last = await offer('nobody_at_all');
    expect(code(last)).toEqual([409, 'share.too-many']);
  });

  it('leaves as many rows in the journal whether it reaches anybody or not', async () => {
    const rows = async (project: string) => {
      const count = async () => Number((await test.db('journal').max<{ id: string }[]>('id as id'))[0]?.id);
      const before = await count();
      await offer(project);
      await ada.send('DELETE', `${sharesAt()}/${project}`);
      return (await count()) - before;
    };
    expect(await rows('nowhere')).toBe(await rows(borea));
    const nobody = await test.db('journal').where({ action: 'share.reached-nobody' }).select();
    expect(nobody.at(-1)).toMatchObject({
      project: null,
      project_user: null,
      asset: 'project',
      address: null
    });
  });

  it('is not another project’s to decide about', async () => {
    const id = idOf(await offer());
    expect(code(await ada.send('POST', `/api/v1/projects/${atlas}/offers/${id}/accept`))).toEqual([
      404,
      'share.unknown'
    ]);
    expect(code(await decide(id, 'accept', cy))).toEqual([403, 'access.denied']);
    expect(await seen()).toEqual([]);
  });
});

describe('a project that is none of the asker’s', () => {
  it('is answered like one that is not there, which nothing offered reaches, ever', async () => {
    const [there, nowhere] = [await offer(), await offer('nowhere')];
    expect(nowhere.status).toBe(there.status);
    const same = { offerId: '', offeredAt: '' };
    expect({ ...(nowhere.body as shares.Share), ...same, project: borea }).toEqual({
      ...(there.body as shares.Share),
      ...same
    });
    await bob.send('POST', '/api/v1/projects', { body: { name: 'nowhere' } });
    expect(await items('/api/v1/projects/nowhere/offers', bob)).toEqual([]);
    const path = `/api/v1/projects/nowhere/offers/${idOf(nowhere)}/accept`;
    expect(code(await bob.send('POST', path))).toEqual([404, 'share.unknown']);
  });
});

describe('the end of a project', () => {
  it.each(['archive', 'delete'])('by %s ends what it shares, in both journals', async how => {
    const id = await shared();
    await (how === 'archive'
      ? ada.send('POST', `/api/v1/projects/${atlas}/archive`)
      : ada.send('DELETE', `/api/v1/projects/${atlas}`, { body: { confirm: atlas } }));
    expect(await seen()).toEqual([]);
    expect(code(await decide(id, 'accept'))).toEqual([409, 'share.withdrawn']);
    for (const project of [atlas, borea])
      expect((await journal(project)).at(-1)).toMatchObject({
        action: 'share.withdrawn',
        actor: 'ada',
        data: { why: `The project ${atlas} was ${how}d.` }
      });
    if (how === 'delete') return;
    await ada.send('POST', `/api/v1/projects/${atlas}/unarchive`);
    expect(await seen()).toEqual([]);
  });

  it('that it is shared with ends it too; an offer stays as it is', async () => {
    await shared();
    await bob.send('POST', `/api/v1/projects/${borea}/archive`);
    expect(await items(sharesAt())).toEqual([]);
    const id = idOf(await offer());
    expect(code(await decide(id, 'accept'))).toEqual([409, 'project.archived']);
    await bob.send('POST', `/api/v1/projects/${borea}/unarchive`);
    expect((await decide(id, 'accept')).status).toBe(200);
  });
});

describe('from a page of a notebook', () => {
  it('accepting waits for a click, and says what would be accepted', async () => {
    const id = idOf(await offer(borea, 'editable'));
    const { notebook, hub } = await doorsOf(test, 'bob', borea);
    const held = await notebook.send('POST', `${offersAt()}/${id}/accept`);
    const { pending } = held.body as { pending: { id: string; summary: string } };
    expect([held.status, pending.summary]).toEqual([
      202,
      `Accept the dataset genes, which ada of the project ${atlas} offers to the project ${borea}, to read and to change: it appears as ${atlas}::genes for every member.`
    ]);
    expect(await seen()).toEqual([]);
    await test.db('pending_acts').update({ asked_at: test.db.raw(`now() - interval '5 s'`) });
    const decided = await hub.send('POST', `/api/v1/pending/${pending.id}`, {
      body: { decision: 'confirm' }
    });
    expect(decided.body).toMatchObject({ pending: { state: 'done' } });
    expect(await seen()).toEqual([`${atlas}::genes`]);
  });
});

import { endpoints, isHeldFrom, type AnyEndpoint } from '@hopslab/schema';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

type Doors = Awaited<ReturnType<typeof doorsOf>>;

let test: TestPlatform;
let owner: Doors;
let scientist: Doors;

beforeAll(async () => {
  test = await startPlatform();
  const [ada] = await Promise.all(['ada', 'bob', 'eve'].map(name => test.user(name)));
  await ada?.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await ada?.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await ada?.send('POST', '/api/v1/projects', { body: { name: 'other' } });
  await test.db('shares').insert({
    ...{
      id: offer,
      owner: 'other',
      dataset: 'Models',
      project: 'atlas',
      reaches: true,
      permission: 'editable'
    },
    ...{ state: 'offered', message: '', offered_by: 'ada' }
  });
  for (const name of ['genes', 'known'])
    await ada?.send('POST', '/api/v1/projects/atlas/datasets', { body: { name } });
  await ada?.send('PUT', '/api/v1/projects/atlas/datasets/known/public');
  const shared = { project: 'other', permission: 'editable' };
  await ada?.send('POST', '/api/v1/projects/atlas/datasets/Models/shares', { body: shared });
  owner = await doorsOf(test, 'ada', 'atlas');
  scientist = await doorsOf(test, 'bob', 'atlas');
});
afterAll(() => test.close());
afterEach(() => test.db('pending_acts').delete());

/** What is asked for, below the address of the project, and whether a data scientist may. */
interface Asked {
  readonly at: string;
  readonly body?: object;
  readonly scientist: boolean;
}

const offer = '6d1f3a52-6c0e-4f0e-9a3c-0d5d3f6a7b11';
const member = { role: 'data_scientist' };
const token = { name: 'nightly', scopes: ['read'], days: 30 };

/** A well-formed request for every act that waits for a click; more than one where it depends on what is asked. */
const asked: Readonly<Record<string, readonly Asked[]>> = {
  archiveProject: [{ at: '/archive', scientist: false }],
  unarchiveProject: [{ at: '/unarchive', scientist: false }],
  deleteProject: [{ at: '', body: { confirm: 'atlas' }, scientist: false }],
  putService: [{ at: '/services/notebooks', body: { enabled: false }, scientist: false }],
  addMembers: [{ at: '/members', body: { members: [{ user: 'eve', ...member }] }, scientist: false }],
  putMember: [
    { at: '/members/eve', body: member, scientist: false },
    { at: '/members/bob', body: { role: 'data_owner' }, scientist: false }
  ],
  removeMember: [
    { at: '/members/ada', scientist: false },
    { at: '/members/nobody', scientist: false },
    { at: '/members/bob', scientist: true }
  ],
  issueCertificate: [{ at: '/devices/phone/certificate', body: {}, scientist: true }],
  revokeDevice: [
    { at: '/devices/door', scientist: true },
    { at: '/devices/door?user=bob', scientist: true },
    { at: '/devices/door?user=ada', scientist: false },
    { at: '/devices/nothing?user=nobody', scientist: false }
  ],
  putUserQuota: [{ at: '/quota/users/bob', body: { cores: 2 }, scientist: false }],
  createShare: [
    { at: '/datasets/Jupyter/shares', body: { project: 'other', permission: 'read_only' }, scientist: false },
    { at: '/datasets/nothing/shares', body: { project: 'nothing', permission: 'editable' }, scientist: false }
  ],
  changeShare: [{ at: '/datasets/Models/shares/other', body: { permission: 'read_only' }, scientist: false }],
  removeShare: [{ at: '/datasets/Models/shares/other', scientist: false }],
  makePublic: [{ at: '/datasets/genes/public', scientist: false }],
  makePrivate: [{ at: '/datasets/known/public', scientist: false }],
  returnPublic: [{ at: '/public-datasets/other::genes', scientist: false }],
  acceptOffer: [{ at: `/offers/${offer}/accept`, scientist: false }],
  rejectOffer: [{ at: `/offers/${offer}/reject`, scientist: false }],
  putEgress: [{ at: '/egress', body: { enabled: true }, scientist: false }],
  createToken: [
    { at: '/auth/tokens', body: token, scientist: true },
    // Whether its person is a member there is nothing that a page of this project may learn.
    { at: '/auth/tokens', body: { ...token, project: 'nothing' }, scientist: true }
  ]
};

const held = new Map(
  Object.values(endpoints)
    .flat()
    .filter(endpoint => isHeldFrom(endpoint, 'notebook'))
    .map(endpoint => [endpoint.id, endpoint])
);
const cases = Object.entries(asked).flatMap(([id, all]) => all.map(one => [id, one.at, one] as const));

const ask = (who: Doors, id: string, { at, body }: Asked) => {
  const { method, access } = held.get(id) as AnyEndpoint;
  const path = access.kind === 'project' ? `/api/v1/projects/atlas${at}` : `/api/v1${at}`;
  return who.notebook.send(method, path, body && { body });
};

describe('an act that waits for a click', () => {
  it('is in this table', () => {
    expect(Object.keys(asked).sort()).toEqual([...held.keys()].sort());
  });

  it.each(cases)('of those who may is held: %s %s', async (id, _at, one) => {
    expect(await ask(owner, id, one)).toMatchObject({ status: 202 });
    expect(await test.db('pending_acts').select('operation')).toEqual([{ operation: id }]);
  });

  it.each(cases.filter(([, , one]) => one.scientist))(
    'of a data scientist who may is held: %s %s',
    async (id, _at, one) => {
      expect(await ask(scientist, id, one)).toMatchObject({ status: 202 });
    }
  );

  it.each(cases.filter(([, , one]) => !one.scientist))(
    'is refused at once, with the reason, to whom it would be refused later: %s %s',
    async (id, _at, one) => {
      const { status, body } = await ask(scientist, id, one);
      expect([status, body]).toMatchObject([403, { code: 'access.denied' }]);
      expect((body as { detail: string }).detail).toMatch(/data owner/);
      expect(await test.db('pending_acts').select()).toEqual([]);
      expect(
        await test.db('journal').where({ action: id, actor: 'bob', outcome: 'refused' }).orderBy('id').first()
      ).toMatchObject({ channel: 'notebook', project: 'atlas' });
    }
  );

  it('is refused at once where a deletion does not come with the project’s name', async () => {
    expect(
      await ask(owner, 'deleteProject', { at: '', body: { confirm: 'altas' }, scientist: false })
    ).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ pointer: '/body/confirm' }] }
    });
    expect(await test.db('pending_acts').select()).toEqual([]);
  });
});

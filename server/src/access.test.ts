import { readFileSync } from 'node:fs';
import { channels, endpoints, isHeldFrom, type AnyEndpoint, type Channel } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, byDevice, people, table, type Who } from './access.fixture.js';
import type { Answer, Client } from './testing/client.js';
import { doorsOf, personalDoorsOf } from './testing/doors.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

type Person = Exclude<Who, 'anonymous'>;
type Doors = Readonly<Record<Channel, Client>>;

/** Who is who, and the project that their notebooks and sandboxes are in. */
const cast: Readonly<Record<Person, readonly [string, string]>> = {
  locked: ['lou', 'atlas'],
  removed: ['rex', 'atlas'],
  stranger: ['eve', 'other'],
  admin: ['root', 'rooms'],
  scientist: ['bob', 'atlas'],
  owner: ['ada', 'atlas']
};

let test: TestPlatform;
let doors: Record<Person, Doors>;

const signInAgain = async (who: Person): Promise<void> => {
  doors[who] = { ...doors[who], ...(await personalDoorsOf(test, cast[who][0])) };
};

beforeAll(async () => {
  test = await startPlatform();
  const [ada, eve, root] = await Promise.all([
    test.user('ada'),
    test.user('eve'),
    test.user('root', { admin: true }),
    ...['bob', 'lou', 'rex'].map(name => test.user(name))
  ]);
  for (const [person, name] of [
    [ada, 'atlas'],
    [eve, 'other'],
    [root, 'rooms']
  ] as const)
    await person.send('POST', '/api/v1/projects', { body: { name } });
  const members = ['bob', 'lou', 'rex'].map(user => ({ user, role: 'data_scientist' }));
  await ada.send('POST', '/api/v1/projects/atlas/members', { body: { members } });
  doors = {} as Record<Person, Doors>;
  for (const who of people) if (who !== 'anonymous') doors[who] = await doorsOf(test, ...cast[who]);
  await test.db('users').where({ name: 'lou' }).update({ locked: true });
  expect(await ada.send('DELETE', '/api/v1/projects/atlas/members/rex')).toMatchObject({ status: 204 });
});
afterAll(() => test.close());

const samples: Readonly<Record<string, string>> = {
  p: 'atlas',
  project: 'atlas',
  d: 'Jupyter',
  path: 'x.ipynb',
  user: 'ada',
  service: 'notebooks',
  name: 'phone',
  id: '00000000-0000-4000-8000-000000000000'
};

const addressOf = (endpoint: AnyEndpoint, project = 'atlas'): string =>
  (endpoint.base ?? '/api/v1') +
  endpoint.path.replaceAll(/\{(\w+)\+?\}/g, (_all, name: string) =>
    name === 'p' ? project : (samples[name] ?? 'x')
  );

const call = (who: Client, endpoint: AnyEndpoint): Promise<Answer> =>
  who.send(endpoint.method, addressOf(endpoint));

const isStream = ({ reply }: AnyEndpoint): boolean => (reply as { kind: string }).kind === 'events';

const letIn = async (client: Client, endpoint: AnyEndpoint, whose: string): Promise<void> => {
  if (isStream(endpoint)) {
    await client.events(addressOf(endpoint), () => true);
    return;
  }
  const { status, body } = await call(client, endpoint);
  const { code } = (body ?? {}) as { code?: string };
  expect([401, 403, 405, 500, 503], `${whose}: ${String(code)}`).not.toContain(status);
  expect(['project.unknown', 'route.unknown'], whose).not.toContain(code);
};

/** What somebody is answered through a channel; what is not theirs to know comes before the wrong channel. */
const expected = (id: string, who: Person, channel: Channel): string => {
  const [which, open] = table[id] ?? ['anybody', []];
  const answer = answers[which][people.indexOf(who)] ?? '';
  const isProjects = which === 'members' || which === 'owners';
  // What they were let in by was for the project that they are none of any more, or has no administrator's rights.
  const byProject = channel === 'notebook' || channel === 'sandbox' || channel === 'device';
  if (who === 'removed' && byProject && which !== 'anybody') return '401';
  if (who === 'admin' && byProject && which === 'admins') return '403';
  if (answer !== 'in') return answer;
  if (channel === 'device' && which !== 'anybody') return byDevice[who]?.includes(id) ? 'in' : '403';
  if (open.includes(channel)) return 'in';
  const endpoint = byId.get(id);
  if (endpoint && isHeldFrom(endpoint, channel)) return 'held';
  return isProjects || which === 'person' || which === 'admins' || id === 'metrics' ? '403' : 'in';
};

const all = Object.values(endpoints).flat();
const byId = new Map(all.map(endpoint => [endpoint.id, endpoint]));
const rows = Object.keys(table).map(id => [id, byId.get(id)] as const);

describe('the matrix', () => {
  it('has a row for every operation of openapi.json, and no other', () => {
    const document = JSON.parse(
      readFileSync(new URL('../../schema/openapi.json', import.meta.url), 'utf8')
    ) as { paths: Record<string, Record<string, { operationId: string }>> };
    const operations = Object.values(document.paths).flatMap(path => Object.values(path));
    expect(Object.keys(table).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  });

  it.each(rows)('%s answers everybody as the table says', async (id, endpoint) => {
    if (!endpoint) throw new Error(`there is no endpoint ${id}`);
    const nobody = await call(test.anonymous, endpoint);
    if (table[id]?.[0] === 'anybody') expect(nobody.status).not.toBe(401);
    else expect(nobody).toMatchObject({ status: 401, body: { code: 'auth.required' } });
    for (const who of people) {
      if (who === 'anonymous') continue;
      for (const channel of channels) {
        const whose = `${who} by ${channel}`;
        const should = expected(id, who, channel);
        if (should === 'in') await letIn(doors[who][channel], endpoint, whose);
        // Malformed where it wants a body, or nothing that could be done: that is told before anything is held.
        else if (should === 'held') {
          const { status, body } = await call(doors[who][channel], endpoint);
          expect([202, 400, 404, 409, 415], whose).toContain(status);
          expect((body as { code?: string }).code, whose).not.toBe('project.unknown');
        } else expect((await call(doors[who][channel], endpoint)).status, whose).toBe(Number(should));
        // Whoever signed out has to come in again.
        if (id === 'logout' && should === 'in') await signInAgain(who);
      }
    }
  });
});

describe('a refusal', () => {
  const inProjects = all.filter(({ access }) => access.kind === 'project');

  it.each(inProjects.map(endpoint => [endpoint.id, endpoint] as const))(
    'of %s tells a stranger nothing that it would not tell of a project that is not there',
    async (_id, endpoint) => {
      const client = doors.stranger.token;
      const [there, nowhere] = [
        await call(client, endpoint),
        await client.send(endpoint.method, addressOf(endpoint, 'nothing'))
      ];
      expect((nowhere.body as { detail: string }).detail).toBe(
        (there.body as { detail: string }).detail.replace('atlas', 'nothing')
      );
    }
  );

  it.each(rows.filter(([id]) => table[id]?.[0] === 'owners'))(
    'of %s says which right is missing, why, and who can help',
    async (_id, endpoint) => {
      if (!endpoint) throw new Error('there is no such endpoint');
      const { body } = await call(doors.scientist.token, endpoint);
      expect(body).toMatchObject({ code: 'access.denied' });
      expect((body as { detail: string }).detail).toMatch(
        /^You lack the right [a-z.]+: your role in the project is data scientist\. A data owner/
      );
    }
  );
});

describe('two credentials in one request', () => {
  it.each(channels)('are refused through %s', async channel => {
    const token = { authorization: 'Bearer x' };
    const cookie = { cookie: '__Host-hopslab_session=x' };
    const more = channel === 'token' ? cookie : token;
    expect(await doors.owner[channel].send('GET', '/api/v1/auth/me', { headers: more })).toMatchObject({
      status: 400,
      body: { code: 'auth.two-credentials' }
    });
  });
});

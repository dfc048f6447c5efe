import { channels, endpoints, roleCan, type AnyEndpoint, type Channel } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from './testing/client.js';
import { doorsOf } from './testing/doors.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

type Doors = Readonly<Record<Channel, Client>>;

let test: TestPlatform;
let owner: Doors;
let scientist: Doors;
/** A member of another project. */
let stranger: Doors;

beforeAll(async () => {
  test = await startPlatform();
  const [ada, , eve] = await Promise.all([test.user('ada'), test.user('bob'), test.user('eve')]);
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await ada.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await eve.send('POST', '/api/v1/projects', { body: { name: 'other' } });
  owner = await doorsOf(test, 'ada', 'atlas');
  scientist = await doorsOf(test, 'bob', 'atlas');
  stranger = await doorsOf(test, 'eve', 'other');
});
afterAll(() => test.close());

const samples: Readonly<Record<string, string>> = {
  p: 'atlas',
  d: 'Jupyter',
  path: 'x.ipynb',
  user: 'ada',
  id: '0'.repeat(36)
};

const addressOf = (endpoint: AnyEndpoint): string =>
  (endpoint.base ?? '/api/v1') +
  endpoint.path.replaceAll(/\{(\w+)\+?\}/g, (_all, name: string) => samples[name] ?? 'x');

const call = (who: Client, endpoint: AnyEndpoint): Promise<Answer> =>
  who.send(endpoint.method, addressOf(endpoint));

const all = Object.values(endpoints).flat();
const named = (which: readonly AnyEndpoint[]) => which.map(endpoint => [endpoint.id, endpoint] as const);
const guarded = all.filter(({ access }) => access.kind !== 'public');
const inProjects = all.filter(({ access }) => access.kind === 'project');

const allowed = ({ access }: AnyEndpoint): readonly Channel[] =>
  access.kind === 'public' ? channels : access.channels;

describe('every endpoint of the contract', () => {
  it.each(named(all))('%s is bound', async (_id, endpoint) => {
    const { body } = await call(test.anonymous, endpoint);
    expect(['route.unknown', 'route.method']).not.toContain((body as { code?: string }).code);
  });

  it.each(named(guarded))('%s asks who it is', async (_id, endpoint) => {
    expect(await call(test.anonymous, endpoint)).toMatchObject({
      status: 401,
      body: { code: 'auth.required' }
    });
  });

  it.each(named(inProjects))(
    '%s hides the project from others, through every channel',
    async (_id, endpoint) => {
      const absent = { ...samples, p: 'nothing' };
      for (const channel of channels) {
        const answer = await call(stranger[channel], endpoint);
        expect(answer, channel).toMatchObject({ status: 404, body: { code: 'project.unknown' } });
        // The same words as for a project that is not there.
        const address = addressOf(endpoint).replace('/atlas', `/${absent.p}`);
        const other = await stranger[channel].send(endpoint.method, address);
        expect((other.body as { detail: string }).detail).toBe(
          (answer.body as { detail: string }).detail.replace('atlas', 'nothing')
        );
      }
    }
  );

  it.each(
    named(
      inProjects.filter(
        ({ access }) => access.kind === 'project' && !roleCan('data_scientist', access.action)
      )
    )
  )(
    '%s refuses a data scientist, and says which right is missing and who can grant it',
    async (_id, endpoint) => {
      for (const channel of channels) {
        const answer = await call(scientist[channel], endpoint);
        expect(answer, channel).toMatchObject({ status: 403, body: { code: 'access.denied' } });
        const right = endpoint.access.kind === 'project' ? endpoint.access.action : '';
        expect((answer.body as { detail: string }).detail).toMatch(new RegExp(`${right}.*data owner`));
      }
    }
  );

  it.each(named(guarded.filter(endpoint => allowed(endpoint).length < channels.length)))(
    '%s refuses other channels than its own',
    async (_id, endpoint) => {
      for (const channel of channels.filter(one => !allowed(endpoint).includes(one)))
        expect(await call(owner[channel], endpoint), channel).toMatchObject({ status: 403 });
    }
  );

  it.each(named(all.filter(({ access }) => access.kind === 'platform' && access.action === 'user.manage')))(
    '%s is an administrator’s',
    async (_id, endpoint) => {
      for (const channel of allowed(endpoint))
        expect(await call(owner[channel], endpoint), channel).toMatchObject({
          status: 403,
          body: { code: 'access.denied' }
        });
    }
  );
});

describe('two credentials in one request', () => {
  it.each(channels)('are refused through %s', async channel => {
    const token = { authorization: 'Bearer x' };
    const cookie = { cookie: '__Host-hopslab_session=x' };
    const more = channel === 'token' ? cookie : token;
    expect(await owner[channel].send('GET', '/api/v1/auth/me', { headers: more })).toMatchObject({
      status: 400,
      body: { code: 'auth.two-credentials' }
    });
  });
});

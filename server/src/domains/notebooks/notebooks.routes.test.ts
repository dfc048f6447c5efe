import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorsOf } from '../../testing/doors.js';
import type { Client } from '../../testing/client.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import { gibibyte, inState, small } from '../../testing/notebooks.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
const server = '/api/v1/projects/atlas/notebook-server';

beforeAll(async () => {
  test = await startPlatform();
  ada = await test.user('ada');
  bob = await test.user('bob');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
});
afterAll(() => test.close());

const code = (answer: { body: unknown }) => (answer.body as { code?: string }).code;

describe('the notebook server’s endpoints', () => {
  it('answer absent before the first start, and refuse to stop or enter what is not there', async () => {
    expect(await ada.send('GET', server)).toMatchObject({
      status: 200,
      body: { state: 'absent', url: null }
    });
    expect(code(await ada.send('DELETE', server))).toBe('notebook.absent');
    const { hub } = await doorsOf(test, 'ada', 'atlas');
    expect(code(await hub.send('POST', `${server}/entry`))).toBe('notebook.absent');
  });

  it('name every fault of absurd resources, and change nothing', async () => {
    const answer = await ada.send('PUT', server, {
      body: { executors: -1, cores: 0, memory: 5, gpus: 1.5, colour: 'blue' }
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    const pointers = (answer.body as { errors: { pointer: string }[] }).errors.map(fault => fault.pointer);
    for (const field of ['executors', 'cores', 'memory', 'gpus'])
      expect(pointers).toContain(`/body/${field}`);
    expect((await ada.send('GET', '/api/v1/projects/atlas/leases')).body).toEqual({
      items: [],
      nextCursor: null
    });
  });

  it('refuse what is over the quota with what is free', async () => {
    const answer = await ada.send('PUT', server, { body: { ...small, memory: 9 * gibibyte } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'lease.over-quota' } });
    expect((answer.body as { detail: string }).detail).toContain('8 GiB of memory free of yours in atlas');
  });

  it('do not exist for strangers', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const)
      expect(code(await bob.send(method, server, { body: small }))).toBe('project.unknown');
    expect(code(await bob.send('GET', '/api/v1/projects/atlas/quota'))).toBe('project.unknown');
  });

  it('let a notebook stop its server but not start one, and a sandbox neither', async () => {
    const { notebook, sandbox } = await doorsOf(test, 'ada', 'atlas');
    expect(code(await notebook.send('PUT', server, { body: small }))).toBe('auth.hub-only');
    expect(code(await sandbox.send('PUT', server, { body: small }))).toBe('auth.hub-only');
    expect(code(await sandbox.send('DELETE', server))).toBe('auth.hub-only');
    expect(code(await notebook.send('DELETE', server))).toBe('notebook.absent');
  });

  it('name every fault of absurd numbers of executors', async () => {
    const { sandbox } = await doorsOf(test, 'ada', 'atlas');
    const ask = (more: object) =>
      sandbox.send('PUT', `${server}/compute`, { body: { holder: 'a.ipynb', wait: true, ...more } });
    for (const executors of [0, -1, 1.5, 1001, 1e12, '2', null])
      expect(await ask({ executors, elastic: 'yes' })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/body/executors' }, { pointer: '/body/elastic' }] }
      });
    expect(code(await ask({ executors: 1000, elastic: true }))).toBe('notebook.absent');
  });

  it('tell of a start that fails on a machine without environments, live and in words', async () => {
    const heard = ada.events('/api/v1/projects/atlas/events', events =>
      events.some(
        ({ event, data }) => event === 'notebook-server' && (data as { state: string }).state === 'failed'
      )
    );
    expect(await ada.send('PUT', server, { body: small })).toMatchObject({
      status: 202,
      body: { state: 'starting', resources: small }
    });
    const read = async () => (await ada.send('GET', server)).body as { state: string; reason?: string };
    expect((await inState(read, 'failed')).reason).toBeTypeOf('string');
    expect((await heard).filter(({ event }) => event === 'notebook-server').length).toBeGreaterThan(0);
    expect((await ada.send('GET', '/api/v1/projects/atlas/leases')).body).toMatchObject({ items: [] });
  });

  it('show limits and what is used of them', async () => {
    expect(await ada.send('GET', '/api/v1/projects/atlas/quota')).toMatchObject({
      status: 200,
      body: { project: { limit: { cores: 8, servers: 10 }, used: { cores: 0, servers: 0 } } }
    });
  });
});

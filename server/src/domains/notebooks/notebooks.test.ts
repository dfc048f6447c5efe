import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../../platform/actor.js';
import { createNotebooksFeed, notebookServersQuery } from './index.js';
import { labelOf } from '../../platform/label.js';
import { createOrigins } from '../../platform/origins.js';
import {
  gibibyte,
  inState,
  notebooksUnderTest,
  small,
  type NotebooksUnderTest
} from '../../testing/notebooks.js';

let under: NotebooksUnderTest;
let notebooks: ReturnType<NotebooksUnderTest['make']>;
let ada: Actor;

beforeEach(async () => {
  under = await notebooksUnderTest();
  notebooks = under.make();
  ada = await under.member('atlas', 'ada', 'data_owner');
});
afterEach(async () => {
  await notebooks.close();
  await under.close();
});

const look =
  (actor = ada) =>
  () =>
    notebooks.service.get(actor, 'atlas');
const ready = async (actor = ada) => {
  await notebooks.service.start(actor, 'atlas', small);
  return inState(look(actor), 'ready');
};
const held = async () => (await notebooks.quota.leases('atlas')).items;
const sandboxes = () => {
  const folder = join(under.under.run, 's');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const only = (): string => {
  const [id, second] = sandboxes();
  if (id === undefined || second !== undefined) throw new Error('there is not exactly one sandbox');
  return id;
};
const socketOf = (id: string): string => join(under.under.run, 's', id, 'web', 'jupyter.sock');
const ask = (socketPath: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: '/' }, response => void text(response).then(resolve, reject))
      .once('error', reject)
      .end();
  });

describe('a notebook server', () => {
  it('is accepted, starts, becomes ready, and is its projectUser to the platform', async () => {
    await notebooks.start();
    expect(await look()()).toMatchObject({ state: 'absent', url: null, resources: null });
    const accepted = await notebooks.service.start(ada, 'atlas', small);
    expect(accepted).toMatchObject({
      state: 'starting',
      resources: small,
      progress: { step: 'Preparing the sandbox' }
    });
    expect(accepted.url).toMatch(/^https:\/\/[a-z2-7]{20}\.hopslab\.localhost:8443\/lab$/);
    await inState(look(), 'ready');
    expect(JSON.parse(await ask(socketOf(only())))).toEqual({
      project: 'atlas',
      user: 'ada',
      sandbox: only()
    });
    expect(await held()).toMatchObject([{ user: 'ada', for: 'notebook', cores: 1, memory: gibibyte / 2 }]);
  });

  it('is the same for the same request, and refuses another one while it runs', async () => {
    await notebooks.start();
    await ready();
    const id = only();
    expect(await notebooks.service.start(ada, 'atlas', small)).toMatchObject({ state: 'ready' });
    expect(only()).toBe(id);
    await expect(notebooks.service.start(ada, 'atlas', { ...small, cores: 2 })).rejects.toMatchObject({
      code: 'notebook.running'
    });
    expect(await held()).toHaveLength(1);
  });

  it('stops, gives back what it held, and leaves nothing behind', async () => {
    await notebooks.start();
    await ready();
    expect(await notebooks.service.stop(ada, 'atlas')).toMatchObject({ state: 'stopping' });
    await inState(look(), 'absent');
    await vi.waitFor(() => {
      expect(sandboxes()).toEqual([]);
    }, 20_000);
    expect(await held()).toEqual([]);
    await expect(notebooks.service.stop(ada, 'atlas')).rejects.toMatchObject({ code: 'notebook.absent' });
    const actions = await under.db('journal').orderBy('id').pluck<string[]>('action');
    expect(actions).toEqual(['notebook.started', 'notebook.ready', 'notebook.stopping', 'notebook.ended']);
  });

  it('goes on without the platform, and is found again by the next one', async () => {
    await notebooks.start();
    await ready();
    const id = only();
    await notebooks.close();
    expect(existsSync(join(under.under.run, 's', id, 'api', 'api.sock'))).toBe(false);
    notebooks = under.make();
    await notebooks.start();
    expect(await look()()).toMatchObject({ state: 'ready' });
    expect(JSON.parse(await ask(socketOf(id)))).toMatchObject({ user: 'ada' });
    await notebooks.service.stop(ada, 'atlas');
    await inState(look(), 'absent');
  });

  it('is started by the next platform where the one that accepted it died before', async () => {
    await notebooks.service.start(ada, 'atlas', small);
    expect(sandboxes()).toEqual([]);
    await notebooks.start();
    await inState(look(), 'ready');
  });

  it('that ended while no platform looked is recorded by the next one', async () => {
    await notebooks.start();
    await ready();
    const id = only();
    await notebooks.close();
    const status = await under.under.sandbox.status(id);
    if (status.state !== 'running') throw new Error('it does not run');
    process.kill(status.pid, 'SIGKILL');
    notebooks = under.make();
    await notebooks.start();
    const failed = await inState(look(), 'failed');
    expect(failed.reason).toMatch(/from outside/);
    expect(await held()).toEqual([]);
  });

  it('says in words why it did not start', async () => {
    await notebooks.close();
    notebooks = under.make({ command: ['/bin/bash', '-c', 'exit 3'] });
    await notebooks.start();
    await notebooks.service.start(ada, 'atlas', small);
    expect((await inState(look(), 'failed')).reason).toMatch(/exit code 3/);
    expect(await held()).toEqual([]);
    await expect(notebooks.service.enter(ada, 'atlas')).rejects.toMatchObject({ code: 'notebook.absent' });
  });

  it('can be started again after it failed', async () => {
    await notebooks.close();
    const failing = under.make({ command: ['/bin/bash', '-c', 'exit 3'] });
    await failing.start();
    await failing.service.start(ada, 'atlas', small);
    await inState(look(), 'failed');
    await failing.close();
    notebooks = under.make();
    await notebooks.start();
    await ready();
  });

  it('ends when its user is no member any more', async () => {
    await notebooks.start();
    await ready();
    await under.db('members').where({ username: 'ada' }).delete();
    expect((await inState(look(), 'absent')).reason).toMatch(/not a member/);
  });

  it('has ended within five seconds of its user’s removal, with every process of it', async () => {
    await notebooks.close();
    notebooks = under.make({ lookEveryMs: 500 });
    await notebooks.start();
    await ready();
    const status = await under.under.sandbox.status(only());
    if (status.state !== 'running') throw new Error('it does not run');
    await under.db('members').where({ username: 'ada' }).delete();
    const removed = performance.now();
    await vi.waitFor(
      () => {
        expect(() => process.kill(status.pid, 0)).toThrow('ESRCH');
      },
      { timeout: 20_000, interval: 20 }
    );
    expect(performance.now() - removed).toBeLessThan(5000);
  });

  it.each(['archived', 'deleted'] as const)('ends when its project is %s', async state => {
    await notebooks.start();
    await ready();
    await under.db('projects').where({ name: 'atlas' }).update({ state });
    expect((await inState(look(), 'absent')).reason).toBe(`The project was ${state}.`);
  });

  it('ends when its user may do less than what is mounted', async () => {
    await notebooks.start();
    await ready();
    await under.db('members').where({ username: 'ada' }).update({ role: 'data_scientist' });
    expect((await inState(look(), 'absent')).reason).toMatch(/role/);
  });

  it('is entered by a one-time address once it is ready', async () => {
    await notebooks.service.start(ada, 'atlas', small);
    await expect(notebooks.service.enter(ada, 'atlas')).rejects.toMatchObject({ code: 'notebook.not-ready' });
    await expect(notebooks.service.addressOf(ada, 'atlas', '/x')).rejects.toMatchObject({
      code: 'notebook.not-ready'
    });
    await notebooks.start();
    await inState(look(), 'ready');
    expect(await notebooks.service.enter(ada, 'atlas')).toEqual({ url: 'https://entry/atlas/ada/session' });
    expect(await notebooks.service.addressOf(ada, 'atlas', '/x?y=1')).toBe(
      'https://entry/atlas/ada/session/x?y=1'
    );
    // Who is there already needs none.
    const inside: Actor = { ...ada, channel: 'notebook', session: null };
    expect(await notebooks.service.addressOf(inside, 'atlas', '/x?y=1')).toBe(
      `https://${labelOf('atlas', 'ada')}.hopslab.localhost:8443/x?y=1`
    );
  });

  it('tells its user, and the proxy, of each change', async () => {
    const feed = createNotebooksFeed(under.db, createOrigins('hopslab.localhost', 8443));
    const scope = { project: 'atlas', user: 'ada' };
    const before = await feed.head(scope);
    const routes = async () => (await under.db.raw<{ rows: object[] }>(notebookServersQuery)).rows;
    await notebooks.service.start(ada, 'atlas', small);
    expect(await routes()).toEqual([{ project: 'atlas', username: 'ada', socket: null }]);
    await notebooks.start();
    await inState(look(), 'ready');
    expect(await routes()).toEqual([{ project: 'atlas', username: 'ada', socket: socketOf(only()) }]);
    const { events, cursor } = await feed.since(scope, before);
    expect(events.at(-1)).toMatchObject({ event: 'notebook-server', data: { user: 'ada', state: 'ready' } });
    expect((await feed.since(scope, cursor)).events).toEqual([]);
    expect((await feed.since({ ...scope, user: 'bob' }, before)).events).toEqual([]);
  });
});

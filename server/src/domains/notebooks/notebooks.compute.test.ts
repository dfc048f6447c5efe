import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gibibyte, inState } from '../../testing/notebooks.js';
import { computeUnderTest, two, type ComputeUnderTest } from './notebooks.compute.fixture.js';

let under: ComputeUnderTest;
const make = () => under.make();
const begun = (...of: Parameters<ComputeUnderTest['begun']>) => under.begun(...of);
const held = () => under.held();
const done = () => under.done();

beforeEach(async () => {
  under = await computeUnderTest();
});
afterEach(() => under.close());

const one = { ...two, executors: 1 };

describe('executors', () => {
  it('are no part of what a notebook server holds until a kernel asks for them', async () => {
    const notebooks = make();
    const ada = await under.member('atlas', 'ada', 'data_owner');
    const server = await begun(notebooks, ada);
    expect((await notebooks.quota.quota(ada, 'atlas')).user.used).toEqual({
      cores: 0,
      memory: gibibyte,
      gpus: 0,
      servers: 1
    });
    expect(await server.hold()).toMatchObject({
      state: 'held',
      holder: 'sweep.ipynb',
      executors: 2,
      wanted: 2,
      keep: 2
    });
    expect((await notebooks.quota.quota(ada, 'atlas')).user.used).toEqual({
      cores: 2,
      memory: 3 * gibibyte,
      gpus: 0,
      servers: 1
    });
    expect((await server.get()).compute).toMatchObject({ state: 'held', holder: 'sweep.ipynb' });
    expect((await notebooks.quota.leases('atlas')).items).toMatchObject([
      { for: 'notebook', executors: 0, cores: 0, memory: gibibyte, state: 'held' },
      { for: 'spark', executors: 2, cores: 2, memory: 2 * gibibyte, state: 'held' }
    ]);
    await server.giveBack();
    await server.giveBack();
    expect(await held()).toEqual(['notebook']);
    expect(await server.get()).not.toHaveProperty('compute');
    expect(await done()).toEqual(['notebook.started', 'compute.held', 'compute.given-back']);
  });

  it('are asked for as often as one likes and granted once, at the same moment too', async () => {
    const server = await begun(make(), await under.member('atlas', 'ada', 'data_owner'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.hold()));
    expect(new Set(answers.map(answer => `${answer.state} ${answer.since}`)).size).toBe(1);
    expect(await held()).toEqual(['notebook', 'spark']);
    expect((await server.hold(false, 'other.ipynb')).holder).toBe('other.ipynb');
    expect((await done()).filter(action => action === 'compute.held')).toHaveLength(1);
  });

  it('bring their memory to the sandbox before they are said to be held, and take it along', async () => {
    const server = await begun(make(), await under.member('atlas', 'ada', 'data_owner'));
    await server.hold();
    expect(under.limits.get(server.id)).toBe(3 * gibibyte);
    await server.giveBack();
    expect(under.limits.get(server.id)).toBe(gibibyte);
  });

  it('are refused at once to who does not want to wait, with who holds the rest', async () => {
    const notebooks = make();
    const first = await begun(notebooks, await under.member('atlas', 'ada', 'data_owner'), {
      ...one,
      memory: 5 * gibibyte
    });
    await first.hold();
    const second = await begun(notebooks, await under.member('atlas', 'bob', 'data_owner'), two);
    await expect(second.hold(false)).rejects.toMatchObject({
      code: 'lease.over-quota',
      detail: expect.stringMatching(
        /2 GiB of memory; 1 GiB of memory free on this machine.*ada 6 GiB/
      ) as string
    });
    expect(await held()).toEqual(['notebook', 'spark', 'notebook']);
  });

  it('come in turn to who waits, told with place and reason', async () => {
    const notebooks = make();
    await notebooks.start();
    const [first, second, third] = [
      await begun(notebooks, await under.member('atlas', 'ada', 'data_owner'), {
        ...one,
        memory: 4 * gibibyte
      }),
      await begun(notebooks, await under.member('atlas', 'bob', 'data_owner'), two),
      await begun(notebooks, await under.member('comet', 'eve', 'data_owner'), one)
    ];
    expect((await first.hold()).state).toBe('held');
    expect(await second.hold()).toMatchObject({
      state: 'queued',
      queuePosition: 1,
      reason: expect.stringMatching(/1 GiB of memory free on this machine/) as string
    });
    expect(await third.hold()).toMatchObject({
      state: 'queued',
      queuePosition: 2,
      reason: 'What is free is kept for those who asked before you.'
    });
    await first.giveBack();
    await vi.waitFor(async () => expect((await third.get()).compute?.state).toBe('held'), 20_000);
    expect((await second.get()).compute).toMatchObject({ state: 'held' });
    expect((await second.get()).compute).not.toHaveProperty('reason');
    // The watcher has made room for them, be they asked again or not.
    await vi.waitFor(() => expect(under.limits.get(second.id)).toBe(3 * gibibyte), 20_000);
  });

  it('need no longer be waited for', async () => {
    const notebooks = make();
    const first = await begun(notebooks, await under.member('atlas', 'ada', 'data_owner'), {
      ...one,
      memory: 6 * gibibyte
    });
    await first.hold();
    const second = await begun(notebooks, await under.member('atlas', 'bob', 'data_owner'), one);
    await second.hold();
    await second.giveBack();
    expect((await notebooks.quota.leases('atlas')).items.map(lease => lease.state)).toEqual([
      'held',
      'held',
      'held'
    ]);
  });

  it('go back with the end of their notebook server, also to its kernel that asks on', async () => {
    const notebooks = make();
    const ada = await under.member('atlas', 'ada', 'data_owner');
    const server = await begun(notebooks, ada);
    await server.hold();
    await notebooks.service.stop(ada, 'atlas');
    await expect(server.hold()).rejects.toMatchObject({ code: 'notebook.absent' });
    const run = await under.db('notebook_servers').where({ id: server.id }).update({ state: 'ready' });
    expect(run).toBe(1);
    await server.hold();
    const asking = Array.from({ length: 4 }, () => server.hold().catch(() => undefined));
    const [{ createRuns }, { createNotebooksStore }] = await Promise.all([
      import('./notebooks.runs.js'),
      import('./notebooks.store.js')
    ]);
    const row = await createNotebooksStore(under.db).byId(server.id);
    if (!row) throw new Error('it is gone');
    await createRuns(under.db).end(row, 'failed', 'for the test');
    await Promise.all(asking);
    expect(await held()).toEqual([]);
  });

  it('are granted in their turn where the platform died after the asking', async () => {
    const notebooks = make();
    const first = await begun(notebooks, await under.member('atlas', 'ada', 'data_owner'), {
      ...one,
      memory: 6 * gibibyte
    });
    await first.hold();
    const bob = await under.member('atlas', 'bob', 'data_owner');
    const second = await begun(notebooks, bob, one);
    await second.hold();
    await first.giveBack();
    expect((await second.get()).compute?.state).toBe('queued');
    await make().start();
    await vi.waitFor(async () => expect((await second.get()).compute?.state).toBe('held'), 20_000);
    await vi.waitFor(() => expect(under.limits.get(second.id)).toBe(2 * gibibyte), 20_000);
  });

  it('cannot be asked for in a loop', async () => {
    const server = await begun(make(), await under.member('atlas', 'ada', 'data_owner'));
    const turns = async () => {
      for (let turn = 0; turn < 40; turn++) {
        await server.hold();
        await server.giveBack();
      }
    };
    await expect(turns()).rejects.toMatchObject({ code: 'lease.too-often' });
  });

  it('are never lent twice, whoever asks at the same moment', async () => {
    const notebooks = make();
    const people = ['ada', 'bob', 'cleo', 'dan', 'eve'];
    const servers = await Promise.all(
      people.map(async user => begun(notebooks, await under.member('atlas', user, 'data_owner'), one))
    );
    const answers = await Promise.all(servers.map(server => server.hold()));
    expect(answers.filter(answer => answer.state === 'held')).toHaveLength(3);
    const places = answers.flatMap(answer => answer.queuePosition ?? []);
    expect(places.length).toBe(2);
    const { machine } = await notebooks.quota.quota(await under.member('atlas', 'x', 'data_owner'), 'atlas');
    expect(machine.used.memory).toBe(machine.limit.memory);
  });

  it('are none of a server without', async () => {
    const server = await begun(make(), await under.member('atlas', 'ada', 'data_owner'), {
      ...one,
      executors: 0
    });
    await expect(server.hold()).rejects.toMatchObject({ code: 'lease.no-executors' });
  });

  it('are not another sandbox’s to ask for', async () => {
    const notebooks = make();
    const ada = await under.member('atlas', 'ada', 'data_owner');
    await begun(notebooks, ada);
    const other = { project: 'atlas', sandbox: 'another' };
    await expect(notebooks.compute.hold(ada, other, { holder: 'x', wait: true })).rejects.toMatchObject({
      code: 'notebook.absent'
    });
  });
});

describe('a notebook server that is asked to wait', () => {
  const large = { executors: 0, cores: 1, memory: 5 * gibibyte, gpus: 0 };

  it('is queued with its place and reason, and starts when it is its turn', async () => {
    const notebooks = make();
    await notebooks.start();
    const [ada, bob] = [
      await under.member('atlas', 'ada', 'data_owner'),
      await under.member('atlas', 'bob', 'data_scientist')
    ];
    await notebooks.service.start(ada, 'atlas', large);
    await expect(notebooks.service.start(bob, 'atlas', large)).rejects.toMatchObject({
      code: 'lease.over-quota'
    });
    const queued = await notebooks.service.start(bob, 'atlas', { ...large, wait: true });
    expect(queued).toMatchObject({
      state: 'queued',
      url: null,
      queuePosition: 1,
      reason: expect.stringMatching(/3 GiB of memory free on this machine.*ada 5 GiB/) as string
    });
    expect(await notebooks.service.start(bob, 'atlas', { ...large, wait: true })).toMatchObject({
      state: 'queued'
    });
    expect((await notebooks.quota.leases('atlas')).items.map(({ user, state }) => [user, state])).toEqual([
      ['ada', 'held'],
      ['bob', 'queued']
    ]);
    expect((await notebooks.quota.quota(bob, 'atlas')).project.used.memory).toBe(5 * gibibyte);
    await under.db('notebook_servers').where({ username: 'ada' }).update({ state: 'ready' });
    const run = await under.db('notebook_servers').where({ username: 'ada' }).first<{ lease: string }>();
    await under.db('leases').where({ id: run.lease }).update({ state: 'released' });
    const started = await vi.waitFor(async () => {
      const now = await notebooks.service.get(bob, 'atlas');
      expect(now.state).toBe('starting');
      return now;
    }, 20_000);
    expect(started).not.toHaveProperty('queuePosition');
    expect(started).not.toHaveProperty('reason');
    expect(await done()).toEqual(expect.arrayContaining(['notebook.queued', 'notebook.started']));
  });

  it('can be cancelled, and is refused what can never be', async () => {
    const notebooks = make();
    await notebooks.start();
    const [ada, bob] = [
      await under.member('atlas', 'ada', 'data_owner'),
      await under.member('atlas', 'bob', 'data_scientist')
    ];
    await notebooks.service.start(ada, 'atlas', large);
    await expect(
      notebooks.service.start(bob, 'atlas', { ...large, memory: 9 * gibibyte, wait: true })
    ).rejects.toMatchObject({ code: 'lease.over-quota', detail: expect.stringMatching(/never/) as string });
    await notebooks.service.start(bob, 'atlas', { ...large, wait: true });
    expect(await notebooks.service.stop(bob, 'atlas')).toMatchObject({ state: 'absent' });
    expect((await notebooks.quota.leases('atlas')).items).toHaveLength(1);
  });

  it('leaves the queue when its user is no member any more', async () => {
    const notebooks = make();
    await notebooks.start();
    const [ada, bob] = [
      await under.member('atlas', 'ada', 'data_owner'),
      await under.member('atlas', 'bob', 'data_scientist')
    ];
    await notebooks.service.start(ada, 'atlas', large);
    await notebooks.service.start(bob, 'atlas', { ...large, wait: true });
    await under.db('members').where({ username: 'bob' }).delete();
    const ended = await inState(() => notebooks.service.get(bob, 'atlas'), 'absent');
    expect(ended.reason).toMatch(/not a member/);
  });
});

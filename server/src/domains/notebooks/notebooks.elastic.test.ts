import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gibibyte } from '../../testing/notebooks.js';
import { computeUnderTest, two, type ComputeUnderTest } from './notebooks.compute.fixture.js';

let under: ComputeUnderTest;
beforeEach(async () => {
  under = await computeUnderTest();
});
afterEach(() => under.close());

/** 8 GiB for all: the server's own takes one, so 7 executors of it fit where nobody else is. */
const four = { ...two, executors: 4 };
const seven = { ...two, executors: 7 };
const patience = { timeout: 60_000, interval: 50 };

const begin = async (notebooks: ReturnType<ComputeUnderTest['make']>, who: string, resources = four) => {
  const [project = '', user = ''] = who.split('/');
  const actor = await under.member(project, user, 'data_owner');
  return under.begun(notebooks, actor, resources);
};
const leases = (state: string) =>
  under.db('leases').where({ state, purpose: 'spark' }).orderBy('turn').pluck<number[]>('executors');
const changesOfCompute = async () => (await under.done()).filter(action => action.startsWith('compute.'));

describe('an elastic lease', { timeout: 120_000 }, () => {
  it('has what there is, waits for the rest and is shown so', async () => {
    const notebooks = under.make();
    const server = await begin(notebooks, 'atlas/ada', seven);
    await begin(notebooks, 'comet/bob');
    const answer = await server.share(7);
    expect(answer).toMatchObject({ state: 'held', executors: 6, wanted: 7, keep: 6, queuePosition: 1 });
    expect(answer.reason).toMatch(/1 GiB of memory; 0 GiB of memory free/);
    expect(under.limits.get(server.id)).toBe(7 * gibibyte);
    expect((await server.get()).compute).toEqual(answer);
    expect((await notebooks.quota.leases('atlas')).items).toMatchObject([
      { for: 'notebook' },
      { for: 'spark', state: 'held', executors: 6, wanted: 7, memory: 6 * gibibyte, queuePosition: 1 }
    ]);
  });

  it('gives back what is more than wanted at once, with its memory, and asks anew at the end of the queue', async () => {
    const server = await begin(under.make(), 'atlas/ada');
    const { since } = await server.share(4);
    expect(await server.share(2)).toMatchObject({ executors: 2, wanted: 2, keep: 2, since });
    expect(under.limits.get(server.id)).toBe(3 * gibibyte);
    expect([await leases('held'), await leases('queued')]).toEqual([[2], []]);
    expect(await server.share(3)).toMatchObject({ executors: 3, wanted: 3, since });
    expect(under.limits.get(server.id)).toBe(4 * gibibyte);
    const said = await under
      .db('journal')
      .where('action', 'like', 'compute.%')
      .orderBy('id')
      .select('action', 'actor', 'data');
    expect(said).toMatchObject([
      { action: 'compute.held', data: { executors: 4 } },
      { action: 'compute.shrunk', data: { executors: 2 } },
      { action: 'compute.grown', data: { executors: 3 } }
    ]);
  });

  it('is not changed by the same words again, one after the other or at once', async () => {
    const notebooks = under.make();
    const server = await begin(notebooks, 'atlas/ada', seven);
    await begin(notebooks, 'comet/bob');
    const first = await server.share(7);
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.share(7)));
    for (const answer of answers) expect(answer).toEqual(first);
    await Promise.all(Array.from({ length: 6 }, () => server.share(3)));
    expect(await server.share(3)).toMatchObject({ executors: 3, wanted: 3 });
    expect(await changesOfCompute()).toEqual(['compute.held', 'compute.shrunk']);
    expect(await under.db('leases').where({ purpose: 'spark' })).toHaveLength(3);
  });

  it('is never more than its server was started with, and also what is not elastic can be less', async () => {
    const server = await begin(under.make(), 'atlas/ada');
    expect(await server.ask({ executors: 3 })).toMatchObject({ executors: 3, wanted: 3 });
    expect(await server.ask({ executors: 1000 })).toMatchObject({ executors: 4, wanted: 4 });
    expect(await server.ask({ executors: 1 })).toMatchObject({ executors: 1 });
    expect(await server.ask({})).toMatchObject({ executors: 4 });
  });

  it('is not made more and fewer in a loop, and stays what it is then', async () => {
    const server = await begin(under.make(), 'atlas/ada');
    await server.share(1);
    expect(await server.share(2)).toMatchObject({ executors: 2 });
    await server.share(1);
    // As if it had gone on so.
    await under.db.raw(
      `insert into leases (id, project, username, purpose, executors, cores, memory, gpus, total_cores, total_memory,
          gpu_indexes, state, follows)
        select gen_random_uuid(), project, username, purpose, executors, cores, memory, gpus, total_cores,
          total_memory, gpu_indexes, 'released', id
        from leases, generate_series(1, 60) where purpose = 'spark' and state = 'held'`
    );
    expect(await server.share(2)).toMatchObject({ state: 'held', executors: 1, wanted: 1 });
    // Who begins anew is not kept from it by that.
    await server.giveBack();
    expect(await server.share(2)).toMatchObject({ executors: 2 });
  });

  it('that is not elastic gets all that it asks for, or none of it', async () => {
    const notebooks = under.make();
    const [ada, bob] = [await begin(notebooks, 'atlas/ada'), await begin(notebooks, 'comet/bob')];
    await ada.ask({});
    expect(await bob.ask({})).toMatchObject({ state: 'queued', executors: 0, wanted: 4, keep: 0 });
    expect(await bob.ask({ executors: 2 })).toMatchObject({ state: 'held', executors: 2 });
    expect(await bob.ask({ executors: 4 })).toMatchObject({ executors: 2, wanted: 4, keep: 2 });
    await ada.giveBack();
    expect(await bob.ask({ executors: 4, elastic: true })).toMatchObject({ executors: 4, wanted: 4 });
  });

  it('is asked to give back by who waits, and gets it again when they have left', async () => {
    const notebooks = under.make();
    await notebooks.start();
    const ada = await begin(notebooks, 'atlas/ada', seven);
    const bob = await begin(notebooks, 'atlas/bob', two);
    expect(await ada.share(7)).toMatchObject({ executors: 6, keep: 6 });
    expect(await bob.hold()).toMatchObject({ state: 'queued' });
    expect(await ada.share(7)).toMatchObject({
      executors: 6,
      keep: 4,
      keepReason: 'bob waits for some of it.'
    });
    expect((await notebooks.quota.leases('atlas')).items).toContainEqual(
      expect.objectContaining({ user: 'ada', executors: 6, keep: 4, keepReason: 'bob waits for some of it.' })
    );
    expect(await ada.share(4)).toMatchObject({ executors: 4, keep: 4 });
    expect(await bob.hold()).toMatchObject({ state: 'held', executors: 2 });
    const again = await ada.share(7);
    expect(again).toMatchObject({ executors: 4, wanted: 7, keep: 4 });
    expect(again).not.toHaveProperty('keepReason');
    await bob.giveBack();
    await vi.waitFor(async () => expect((await ada.get()).compute?.executors).toBe(6), patience);
    await vi.waitFor(() => expect(under.limits.get(ada.id)).toBe(7 * gibibyte), patience);
  });

  it('is asked no longer when nobody waits any more, and names nobody of other projects', async () => {
    const notebooks = under.make();
    await notebooks.start();
    const ada = await begin(notebooks, 'atlas/ada', seven);
    await ada.share(7);
    const eve = await under.member('comet', 'eve', 'data_owner');
    await notebooks.service.start(eve, 'comet', { ...two, executors: 0, wait: true });
    await vi.waitFor(
      async () =>
        expect(await ada.share(7)).toMatchObject({
          keep: 6,
          keepReason: 'Somebody in another project waits for some of it.'
        }),
      patience
    );
    await notebooks.service.stop(eve, 'comet');
    await vi.waitFor(async () => expect((await ada.get()).compute?.keep).toBe(7), patience);
  });

  it('is asked to give back where its quota was lowered, and not to take it again', async () => {
    const notebooks = under.make();
    await notebooks.start();
    const ada = await begin(notebooks, 'atlas/ada', seven);
    await ada.share(7);
    const admin = { ...(await under.member('comet', 'root', 'data_owner')) };
    await notebooks.quota.put(admin, 'atlas', { cores: 3 });
    await vi.waitFor(
      async () =>
        expect(await ada.share(7)).toMatchObject({
          executors: 7,
          keep: 3,
          keepReason:
            'The quota was lowered: 7 cores of yours in atlas are held, and 3 cores are what may be.'
        }),
      patience
    );
    await ada.share(3);
    const after = await ada.share(7);
    expect(after).toMatchObject({ executors: 3, wanted: 7, keep: 3 });
    expect(after.reason).toMatch(/0 cores free/);
  });
});

describe('whatever ends while a lease grows or shrinks', { timeout: 120_000 }, () => {
  it('a kernel that falls silent leaves nothing behind, though its lease has grown', async () => {
    const notebooks = under.make();
    const server = await begin(notebooks, 'atlas/ada', seven);
    await server.share(7);
    const { createNotebooksStore } = await import('./notebooks.store.js');
    const seen = await createNotebooksStore(under.db).byId(server.id);
    if (!seen) throw new Error('it is gone');
    await server.share(7);
    // It was heard meanwhile.
    await notebooks.compute.expire(seen);
    expect((await leases('held')).length).toBe(1);
    const now = await createNotebooksStore(under.db).byId(server.id);
    if (now) await notebooks.compute.expire(now);
    expect([await leases('held'), await leases('queued')]).toEqual([[], []]);
    expect(await server.get()).not.toHaveProperty('compute');
    expect(under.limits.get(server.id)).toBe(gibibyte);
  });

  it('a notebook server that ends takes the lease and the ask for more along', async () => {
    const notebooks = under.make();
    const server = await begin(notebooks, 'atlas/ada', seven);
    await server.share(7);
    const [{ createRuns }, { createNotebooksStore }] = await Promise.all([
      import('./notebooks.runs.js'),
      import('./notebooks.store.js')
    ]);
    const row = await createNotebooksStore(under.db).byId(server.id);
    if (!row) throw new Error('it is gone');
    const asking = Array.from({ length: 6 }, (_, turn) => server.share(1 + turn).catch(() => undefined));
    await createRuns(under.db).end(row, 'failed', 'for the test');
    await Promise.all(asking);
    expect([await under.held(), await leases('queued')]).toEqual([[], []]);
  });

  it('the platform, and the next one goes on from there', async () => {
    const first = under.make();
    const [ada, bob] = [await begin(first, 'atlas/ada', seven), await begin(first, 'atlas/bob', two)];
    await ada.share(7);
    await bob.hold();
    await first.close();
    const next = under.make();
    await next.start();
    const actor = { ...(await under.member('comet', 'x', 'data_owner')) };
    const inside = { project: 'atlas', sandbox: ada.id };
    const as = { ...actor, user: { ...actor.user, name: 'ada' } };
    const said = (executors: number) =>
      next.compute.hold(as, inside, { holder: 'sweep.ipynb', wait: false, executors, elastic: true });
    expect(await said(7)).toMatchObject({ executors: 6, keep: 4 });
    expect(await said(4)).toMatchObject({ executors: 4 });
    await vi.waitFor(async () => expect((await leases('held')).toSorted()).toEqual([2, 4]), patience);
    await vi.waitFor(() => expect(under.limits.get(ada.id)).toBe(5 * gibibyte), patience);
  });

  it('the ledger is right, whoever asks for what at the same moment', async () => {
    const notebooks = under.make();
    const people = ['atlas/ada', 'atlas/bob', 'comet/cleo'];
    const servers: Awaited<ReturnType<typeof begin>>[] = [];
    for (const who of people) servers.push(await begin(notebooks, who, seven));
    let seed = 7;
    const dice = (sides: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % sides;
    };
    const act = (server: (typeof servers)[number]): Promise<unknown> => {
      const kind = dice(6);
      if (kind === 0) return server.giveBack();
      if (kind === 1) return server.ask({ executors: 1 + dice(7), wait: dice(2) === 0 });
      return server.share(1 + dice(7));
    };
    for (let round = 0; round < 12; round++) {
      const refused = (reason: unknown) => (reason as { code?: string }).code;
      const results = await Promise.allSettled([...servers, ...servers].map(act));
      for (const result of results)
        if (result.status === 'rejected')
          expect(['lease.over-quota', 'lease.too-often']).toContain(refused(result.reason));
      const rows = await under
        .db('leases')
        .whereNot({ state: 'released' })
        .select<{ id: string; state: string; executors: number; total_memory: number }[]>();
      const memory = rows.filter(row => row.state === 'held').reduce((sum, row) => sum + row.total_memory, 0);
      expect(memory).toBeLessThanOrEqual(8 * gibibyte);
      const links = await under
        .db('notebook_servers')
        .select<{ lease: string; executor_lease: string | null; more_lease: string | null }[]>();
      const linked = links.flatMap(run => [run.lease, run.executor_lease ?? [], run.more_lease ?? []].flat());
      expect(rows.filter(row => !linked.includes(row.id))).toEqual([]);
      expect(rows.filter(row => row.executors < 1)).toEqual([]);
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gibibyte, notebooksUnderTest, small, type NotebooksUnderTest } from '../../testing/notebooks.js';

let under: NotebooksUnderTest;
beforeEach(async () => {
  under = await notebooksUnderTest();
});
afterEach(() => under.close());

describe('a request for resources', () => {
  it('over the quota is refused with what is asked, what is free, and who holds the rest', async () => {
    const { service, quota } = under.make();
    const ada = await under.member('atlas', 'ada', 'data_owner');
    const bob = await under.member('atlas', 'bob', 'data_scientist');
    await service.start(ada, 'atlas', { ...small, cores: 6 });
    const asked = service.start(bob, 'atlas', { ...small, cores: 4 });
    await expect(asked).rejects.toMatchObject({
      code: 'lease.over-quota',
      detail: expect.stringMatching(
        /4 cores; 2 cores free in atlas, out of 8 cores\. Held by ada 6 cores\./
      ) as string
    });
    expect((await quota.leases('atlas')).items).toHaveLength(1);
    expect(await service.get(bob, 'atlas')).toMatchObject({ state: 'absent' });
  });

  it('does not name people of other projects', async () => {
    const { service } = under.make({
      workplace: { ...under.workplace, machine: { cores: 2, memory: 9 * gibibyte } }
    });
    const ada = await under.member('atlas', 'ada', 'data_owner');
    const eve = await under.member('comet', 'eve', 'data_owner');
    await service.start(ada, 'atlas', { ...small, memory: 5 * gibibyte });
    const refusal = await service
      .start(eve, 'comet', { ...small, memory: 2 * gibibyte })
      .catch((e: unknown) => e);
    expect(String(refusal)).toMatch(/1 GiB of memory free on this machine/);
    expect(String(refusal)).toMatch(/other projects 5 GiB/);
    expect(String(refusal)).not.toMatch(/ada|atlas/);
  });

  it('for a GPU where there is none is refused with the reason', async () => {
    const gpus = () => Promise.resolve({ gpus: [], reason: 'This machine has no NVIDIA GPU.' });
    const { service, quota } = under.make({ workplace: { ...under.workplace, gpus } });
    const ada = await under.member('atlas', 'ada', 'data_owner');
    await expect(service.start(ada, 'atlas', { ...small, gpus: 1 })).rejects.toMatchObject({
      code: 'lease.no-gpu',
      detail: expect.stringMatching(/no NVIDIA GPU/) as string
    });
    expect(await quota.quota(ada, 'atlas')).toMatchObject({
      noGpuReason: 'This machine has no NVIDIA GPU.'
    });
  });

  it('gets GPUs of its type that nobody else has', async () => {
    const gpus = () =>
      Promise.resolve({
        gpus: [
          { index: 0, type: 'A', id: 'GPU-0' },
          { index: 1, type: 'B', id: 'GPU-1' },
          { index: 2, type: 'B', id: 'GPU-2' }
        ],
        reason: null
      });
    const { service, quota } = under.make({ workplace: { ...under.workplace, gpus } });
    const ada = await under.member('atlas', 'ada', 'data_owner');
    const bob = await under.member('atlas', 'bob', 'data_scientist');
    await service.start(ada, 'atlas', { ...small, gpus: 1, gpuType: 'B' });
    await expect(service.start(bob, 'atlas', { ...small, gpus: 2, gpuType: 'B' })).rejects.toMatchObject({
      code: 'lease.over-quota'
    });
    await expect(service.start(bob, 'atlas', { ...small, gpus: 1, gpuType: 'C' })).rejects.toMatchObject({
      code: 'lease.no-gpu',
      detail: expect.stringMatching(/A, B/) as string
    });
    await service.start(bob, 'atlas', { ...small, gpus: 1, gpuType: 'B' });
    expect(await under.db('leases').orderBy('turn').pluck('gpu_indexes')).toEqual([[1], [2]]);
    expect((await quota.quota(ada, 'atlas')).gpuTypes).toEqual([
      { type: 'A', count: 1, free: 1, limit: 1, used: 0 },
      { type: 'B', count: 2, free: 0, limit: 2, used: 2 }
    ]);
  });

  it('never gets memory that another one is given at the same moment', async () => {
    const { service, quota } = under.make({
      workplace: { ...under.workplace, machine: { cores: 2, memory: 6 * gibibyte } }
    });
    const people = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay'];
    const actors = await Promise.all(people.map(user => under.member('atlas', user, 'data_scientist')));
    const answers = await Promise.allSettled(
      actors.map(actor => service.start(actor, 'atlas', { ...small, memory: gibibyte }))
    );
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(3);
    const { machine } = await quota.quota(
      actors[0] ?? (await under.member('atlas', 'x', 'data_owner')),
      'atlas'
    );
    expect(machine.used.memory).toBe(machine.limit.memory);
  });

  it('counts what is held in the project, by the caller and on the machine', async () => {
    const { service, quota } = under.make();
    const ada = await under.member('atlas', 'ada', 'data_owner');
    const bob = await under.member('atlas', 'bob', 'data_scientist');
    await service.start(bob, 'atlas', { ...small, cores: 2, memory: 3 * gibibyte });
    const now = await quota.quota(ada, 'atlas');
    expect(now.project.used).toEqual({ cores: 2, memory: 3 * gibibyte, gpus: 0, servers: 1 });
    expect(now.user.used).toEqual({ cores: 0, memory: 0, gpus: 0, servers: 0 });
    expect(now.project.limit).toMatchObject({ cores: 8, memory: 16 * gibibyte, servers: 10 });
    expect(now.machine.limit).toMatchObject({ cores: 8, memory: 20 * gibibyte });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inState, notebooksUnderTest, small, type NotebooksUnderTest } from '../../testing/notebooks.js';
import { createDefaults } from './quota.defaults.js';

let under: NotebooksUnderTest;
let made: ReturnType<NotebooksUnderTest['make']> | undefined;
beforeEach(async () => {
  under = await notebooksUnderTest();
});
afterEach(async () => {
  await made?.close();
  made = undefined;
  await under.close();
});

const use = (username: string, kind: string, hours: number) =>
  under
    .db('usage')
    .insert({
      project: 'atlas',
      day: new Date().toISOString().slice(0, 10),
      username,
      kind,
      amount: hours * 3_600_000
    })
    .onConflict(['project', 'day', 'username', 'kind'])
    .merge();

describe('who has used up their month', () => {
  const start = async (grace: number) => {
    const notebooks = under.make({
      defaults: createDefaults({ project: { coreHours: 10 }, user: { coreHours: 4 } }),
      graceMinutes: grace
    });
    made = notebooks;
    const [ada, bob] = [
      await under.member('atlas', 'ada', 'data_owner'),
      await under.member('atlas', 'bob', 'data_scientist')
    ];
    await notebooks.start();
    const ready = async (actor: typeof ada) => {
      await notebooks.service.start(actor, 'atlas', small);
      await inState(() => notebooks.service.get(actor, 'atlas'), 'ready');
    };
    await ready(ada);
    await ready(bob);
    return { ada, bob, ...notebooks };
  };

  it('is warned, may go on for a while, and is told until when', async () => {
    const { ada, bob, measure, quota, service } = await start(60);
    await use('bob', 'cores', 5);
    await measure();
    await measure();
    const [warning, ...more] = (await quota.quota(bob, 'atlas')).warnings;
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ what: 'core-hours', user: 'bob' });
    const { since = '', endsAt = '' } = warning ?? {};
    expect(Date.parse(endsAt) - Date.parse(since)).toBe(3_600_000);
    expect(await service.get(bob, 'atlas')).toMatchObject({ state: 'ready' });
    expect(await service.get(ada, 'atlas')).toMatchObject({ state: 'ready' });
    expect(await under.db('journal').where({ action: 'quota.used-up' }).pluck('asset')).toEqual([
      'quota:atlas/bob'
    ]);
    // More is granted.
    await quota.putUser(ada, 'atlas', 'bob', { coreHours: 9 });
    await measure();
    expect((await quota.quota(bob, 'atlas')).warnings).toEqual([]);
  });

  it('is stopped when that is over, with the reason, and nobody else', async () => {
    const { ada, bob, measure, service } = await start(0);
    await use('bob', 'cores', 5);
    await measure();
    await measure();
    const over = await inState(() => service.get(bob, 'atlas'), 'absent');
    expect(over.reason).toMatch(/used up/);
    expect(await service.get(ada, 'atlas')).toMatchObject({ state: 'ready' });
    // GPU-hours end nothing that holds no GPU.
    await use('ada', 'gpu:A100', 1000);
    await measure();
    expect(await service.get(ada, 'atlas')).toMatchObject({ state: 'ready' });
  });
});

import type { experiments, quota } from '@hopslab/schema';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openKernel, type Kernel } from './kernel.js';
import { timed, until } from './patience.js';
import { createPerson, lease } from './person.js';
import { createSweeps, expectWhole } from './sweep.js';
import { createWorkplace } from './workplace.js';

const at = inject('installation');
const pid = String(process.pid);
const ada = createPerson(at);
const grace = createPerson({ ...at, username: `grace_${pid}`, password: 'a password of hers' });
const project = `elastic_${pid}`;
const [hers, others] = [createWorkplace(at, ada, project), createWorkplace(at, grace, project)];
const sweeps = createSweeps(ada, hers);
const planned = 6;
const patience = 300_000;
const kernels: Kernel[] = [];

/** Trials that go on until somebody opens the gate, and from where they were when they are moved. */
const cell = [
  `%%experiment --name lent --metric m --direction maximize --trials ${String(planned)} --parallel 3 --algorithm random`,
  'x = uniform(0, 1)',
  '',
  'def train(x, trial):',
  '    import os, time',
  '    step = trial.restore(default=0)',
  '    while not os.path.exists(os.path.join(os.environ["HOPSLAB_SCRATCH"], "gate")):',
  '        step += 1',
  '        trial.checkpoint(step)',
  '        time.sleep(0.2)',
  '    return {"m": x}'
].join('\n');

const allow = (cores: number): Promise<unknown> =>
  ada.ask(`/quota/projects/${project}`, { method: 'PUT', body: { cores } });

let most = 0;

/** How many executors each of the two holds, and the most that both ever held as far as was looked. */
const held = async (): Promise<{ ada: number; grace: number }> => {
  const { items } = await ada.ask<{ items: quota.Lease[] }>(`${hers.path}/leases`);
  const of = (user: string): number =>
    items.find(one => one.user === user && one.for === 'spark' && one.state === 'held')?.executors ?? 0;
  const now = { ada: of(ada.name), grace: of(grace.name) };
  most = Math.max(most, now.ada + now.grace);
  return now;
};

/** Waits until the sweep runs on so many executors, with a trial on each. */
const runsOn = (id: string, executors: number): Promise<unknown> =>
  until(
    `sweep on ${String(executors)} executors`,
    async () => {
      const now = await held();
      const { trialCounts } = await ada.ask<experiments.Experiment>(`${hers.path}/experiments/${id}`);
      return now.ada === executors && trialCounts.running === executors;
    },
    patience
  );

const open = async (...of: Parameters<typeof openKernel>): Promise<Kernel> => {
  const kernel = await openKernel(...of);
  kernels.push(kernel);
  return kernel;
};

beforeAll(async () => {
  await hers.create();
  const body = { username: grace.name, password: 'a password of hers', displayName: 'Grace' };
  await ada.ask('/users', { method: 'POST', body });
  const members = [{ user: grace.name, role: 'data_scientist' }];
  await ada.ask(`${hers.path}/members`, { method: 'POST', body: { members } });
  await allow(3);
});

afterAll(async () => {
  await Promise.all([hers.stop(), others.stop()]);
  for (const kernel of kernels) kernel.close();
});

it('a sweep gives executors to somebody else and to a lower quota, and loses no trial', async () => {
  const origin = await hers.start({ ...lease, executors: 3 });
  const theirs = await others.start({ ...lease, executors: 1 });
  const kernel = await open(ada, origin);
  const run = await kernel.start(cell);
  const { id } = await sweeps.underWay('lent', 0);
  await runsOn(id, 3);

  const other = await open(grace, theirs);
  const asked = await other.start('print(spark.range(5).count())');
  const { ms } = await timed(() => until('executors of the other', () => /^5$/m.test(asked.text), patience));
  process.stdout.write(`    executors of a sweep were somebody else's after ${String(ms)} ms\n`);
  await runsOn(id, 2);
  expect(await held()).toEqual({ ada: 2, grace: 1 });
  await other.say('from hopslab import spark as ours; ours.stop()');
  await runsOn(id, 3);

  await allow(2);
  await runsOn(id, 2);
  await allow(3);
  await runsOn(id, 3);

  const beside = await open(ada, origin);
  await beside.say(
    'import os; from pathlib import Path; Path(os.environ["HOPSLAB_SCRATCH"], "gate").touch()'
  );
  const over = await sweeps.over('lent', patience);
  expect(over.reason ?? run.text).toBe(run.text);
  const trials = await sweeps.trials(id);
  expectWhole(trials, planned);
  expect(trials.map(({ state }) => state)).toEqual(trials.map(() => 'complete'));
  expect(most).toBe(3);
  expect(trials.reduce((sum, { attempt }) => sum + attempt - 1, 0)).toBe(2);
});

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { upAgain } from './installation.js';
import { openKernel, type Kernel } from './kernel.js';
import { keepLedger } from './ledger.js';
import { timed } from './patience.js';
import { createPerson } from './person.js';
import { createSweeps, expectKept, expectOnce, expectWhole, sweepCell } from './sweep.js';
import { expectHealthy, expectNothingLeft } from './truth.js';
import { createWorkplace, kill, sandboxProcesses, type Victim } from './workplace.js';

const at = inject('installation');
const person = createPerson(at);
const work = createWorkplace(at, person, `victims_${String(process.pid)}`);
const sweeps = createSweeps(person, work);
const planned = 30;
let kernel: Kernel;

const tell = (line: string): void => void process.stdout.write(`    ${line}\n`);

const nameOf = (victim: Victim): string => `kill_${victim.replaceAll(' ', '_')}`;

beforeAll(() => work.create());

describe('a sweep survives the end of', () => {
  beforeAll(async () => {
    kernel = await openKernel(person, await work.start());
    expect(await kernel.say('print(spark.sparkContext.master)')).toContain('local-cluster[2,1,');
  });
  afterAll(async () => {
    const before = sandboxProcesses(at);
    await work.stop();
    kernel.close();
    await expectNothingLeft(at, person, work, before);
  });

  const survived: readonly Victim[] = ['server', 'proxy', 'postgres', 'supervisor', 'executor', 'driver'];
  it.each(survived)('the %s', async victim => {
    const ledger = await keepLedger(person, work, sweeps);
    const cell = await kernel.start(sweepCell(nameOf(victim), planned));
    const { id } = await sweeps.underWay(nameOf(victim), 5);
    const before = await sweeps.trials(id);
    const losses = kernel.losses;
    await kill(at, victim);
    if (victim === 'supervisor') await upAgain(at);
    const back = await timed(() => person.me());
    const answers = await timed(() => kernel.alive());
    tell(`${victim}: the API answers after ${String(back.ms)} ms, the kernel after ${String(answers.ms)} ms`);

    const after = await sweeps.over(nameOf(victim));
    expect(after.reason ?? cell.text).toBe(cell.text);
    expect(after.state).toBe('complete');
    const trials = await sweeps.trials(id);
    expectWhole(trials, planned);
    expectKept(before, trials);
    expect(trials.map(({ state }) => state)).toEqual(trials.map(() => 'complete'));
    await ledger.close();
    // Only who stands between a browser and the kernel may interrupt them.
    if (victim !== 'proxy' && victim !== 'supervisor') expect(kernel.losses).toBe(losses);
    expect(await kernel.say('print(6 * 7)')).toContain('42');
    await expectHealthy(at, person);
  });
});

describe('a sweep ends with words, and what it had found is kept, at the end of', () => {
  beforeAll(async () => {
    kernel = await openKernel(person, await work.start());
  });

  it('the kernel', async () => {
    await kernel.start(sweepCell('kill_kernel', 500));
    const { id } = await sweeps.underWay('kill_kernel', 5);
    const before = await sweeps.trials(id);
    await kill(at, 'kernel');
    const over = await timed(() => sweeps.over('kill_kernel'));
    tell(`kernel: the sweep is over after ${String(over.ms)} ms`);
    expect(over.result).toMatchObject({ state: 'failed', reason: 'The kernel ended before the sweep did.' });
    const trials = await sweeps.trials(id);
    expectOnce(trials);
    expectKept(before, trials);
    expect(trials.filter(({ state }) => state === 'running' || state === 'queued')).toEqual([]);
    expect(kernel.states).toContain('restarting');
    expect(await kernel.say('print(6 * 7)')).toContain('42');
    expect(await kernel.say('print(spark.sparkContext.master)')).toContain('local-cluster[2,1,');
  });

  it.each<[Victim, RegExp]>([
    ['notebook server', /ended by itself|was ended/],
    ['shim', /ended from outside/]
  ])('the %s', async (victim, words) => {
    if ((await work.look()).state !== 'ready') kernel = await openKernel(person, await work.start());
    await kernel.start(sweepCell(nameOf(victim), 500));
    const { id } = await sweeps.underWay(nameOf(victim), 5);
    const before = await sweeps.trials(id);
    const processes = sandboxProcesses(at);
    await kill(at, victim);
    const failed = await timed(() => work.reached('failed'));
    const over = await timed(() => sweeps.over(nameOf(victim)));
    tell(`${victim}: told after ${String(failed.ms)} ms, the sweep is over ${String(over.ms)} ms later`);
    expect(failed.result.reason).toMatch(words);
    expect(over.result).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/has ended/) as string
    });
    kernel.close();
    const trials = await sweeps.trials(id);
    expectOnce(trials);
    expectKept(before, trials);
    expect(trials.filter(({ state }) => state === 'running' || state === 'queued')).toEqual([]);
    await expectNothingLeft(at, person, work, processes);
    await expectHealthy(at, person);
  });
});

import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { upAgain } from './installation.js';
import { openKernel, type Kernel } from './kernel.js';
import { keepLedger } from './ledger.js';
import { createPerson } from './person.js';
import { createSweeps, expectKept, expectOnce, expectWhole, sweepCell } from './sweep.js';
import { expectHealthy, expectNothingLeft } from './truth.js';
import { createWorkplace, kill, sandboxProcesses, type Victim } from './workplace.js';

const at = inject('installation');
const person = createPerson(at);
const work = createWorkplace(at, person, `sequences_${String(process.pid)}`);
const sweeps = createSweeps(person, work);

const seed = Number(process.env['HOPSLAB_FAULT_SEED'] ?? 20_261_122);
const sequences = 6;
const killsEach = 35;
const planned = 250;
let kernel: Kernel | undefined;
let kills = 0;

const tell = (line: string): void => void process.stdout.write(`    ${line}\n`);

interface Step {
  readonly victim: Victim;
  /** Milliseconds before it. */
  readonly pause: number;
}

const oftenness: Readonly<Partial<Record<Victim, number>>> = {
  server: 7,
  proxy: 7,
  postgres: 5,
  executor: 4,
  supervisor: 1
};
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    victim: fc.oneof(
      ...Object.entries(oftenness).map(([victim, weight]) => ({
        weight,
        arbitrary: fc.constant(victim as Victim)
      }))
    ),
    pause: fc.nat(300)
  }),
  { minLength: killsEach, maxLength: killsEach }
);
/** How it ends: mostly well, sometimes with the end of everything that runs in the sandbox. */
const ends: fc.Arbitrary<Victim | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<Victim[]>('shim', 'notebook server') }
);

beforeAll(() => work.create());
afterAll(() => kernel?.close());

const hurt = async (victim: Victim): Promise<void> => {
  await kill(at, victim);
  kills += 1;
  if (victim === 'supervisor') await upAgain(at);
};

const finishWell = async (name: string, id: string): Promise<void> => {
  const over = await sweeps.over(name, 240_000);
  expect(over).toMatchObject({ state: 'complete' });
  const trials = await sweeps.trials(id);
  expectWhole(trials, planned);
  // Who is killed twice beneath the same trial makes it a failed one, in words.
  for (const trial of trials.filter(({ state }) => state !== 'complete'))
    expect(trial).toMatchObject({ state: 'failed', reason: expect.stringMatching(/was lost/) as string });
  expect(await kernel?.say('print(6 * 7)')).toContain('42');
};

const finishBadly = async (name: string, id: string, victim: Victim): Promise<void> => {
  const processes = sandboxProcesses(at);
  const before = await sweeps.trials(id);
  await hurt(victim);
  expect((await work.reached('failed')).reason).toBeTruthy();
  const over = await sweeps.over(name);
  // It may have been done just before.
  if (over.state !== 'complete')
    expect(over).toMatchObject({ state: 'failed', reason: expect.stringMatching(/has ended/) as string });
  kernel?.close();
  kernel = undefined;
  const trials = await sweeps.trials(id);
  expectOnce(trials);
  expectKept(before, trials);
  await expectNothingLeft(at, person, work, processes);
};

it('nothing accepted is lost and everything comes back, whoever is killed in whatever order', async () => {
  tell(`seed ${String(seed)} (HOPSLAB_FAULT_SEED sets another)`);
  let sequence = 0;
  const property = fc.asyncProperty(steps, ends, async (sequenceOf, end) => {
    sequence += 1;
    const name = `sequence_${String(sequence)}`;
    const began = performance.now();
    kernel ??= await openKernel(person, await work.start());
    await kernel.say('spark.sparkContext.master');
    const ledger = await keepLedger(person, work, sweeps);
    await kernel.start(sweepCell(name, planned, 0.2));
    const { id } = await sweeps.underWay(name, 1);
    for (const step of sequenceOf) {
      await pause(step.pause);
      await hurt(step.victim);
    }
    if (end === undefined) await finishWell(name, id);
    else await finishBadly(name, id, end);
    await ledger.close();
    await expectHealthy(at, person);
    const seconds = Math.round((performance.now() - began) / 1000);
    tell(
      `${name}: ${String(kills)} kills so far, ended ${end ? `with the ${end}` : 'well'}, ${String(ledger.accepted.length)} reports accepted, ${String(seconds)} s`
    );
  });
  await fc.assert(property, { seed, numRuns: sequences, endOnFailure: true });
  expect(kills).toBeGreaterThanOrEqual(200);

  const left = sandboxProcesses(at);
  if (kernel) await work.stop();
  await expectNothingLeft(at, person, work, left);
}, 2_400_000);

import { expect } from 'vitest';
import type { Installation } from './installation.js';
import { openKernel } from './kernel.js';
import { keepLedger } from './ledger.js';
import { createPerson } from './person.js';
import { createSweeps, expectKept, expectWhole, sweepCell } from './sweep.js';
import { expectHealthy, expectNothingLeft } from './truth.js';
import { createWorkplace, sandboxProcesses } from './workplace.js';

/** A person at work: a notebook server with executors, a kernel, and a project of their own. */
export const openScene = async (at: Installation, name: string) => {
  const person = createPerson(at);
  const work = createWorkplace(at, person, `${name}_${String(process.pid)}`);
  const sweeps = createSweeps(person, work);
  await work.create();
  const kernel = await openKernel(person, await work.start());
  await kernel.say('spark.sparkContext.master');

  return {
    person,
    work,
    sweeps,
    kernel,
    /** Hurts the platform while a sweep runs and a program reports; afterwards everything is there, once. */
    async endure(sweep: string, planned: number, hurt: () => Promise<void>): Promise<void> {
      const ledger = await keepLedger(person, work, sweeps);
      await kernel.start(sweepCell(sweep, planned));
      const { id } = await sweeps.underWay(sweep, 3);
      const before = await sweeps.trials(id);
      const losses = kernel.losses;
      await hurt();
      expect(kernel.losses).toBe(losses);
      expect(await sweeps.over(sweep, 240_000)).toMatchObject({ state: 'complete' });
      const trials = await sweeps.trials(id);
      expectWhole(trials, planned);
      expectKept(before, trials);
      await ledger.close();
      expect(await kernel.say('print(6 * 7)')).toContain('42');
      await expectHealthy(at, person);
    },
    async close(): Promise<void> {
      const processes = sandboxProcesses(at);
      await work.stop();
      kernel.close();
      await expectNothingLeft(at, person, work, processes);
    }
  };
};
export type Scene = Awaited<ReturnType<typeof openScene>>;

import type { notebooks as contract } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import { gibibyte, notebooksUnderTest, type NotebooksUnderTest } from '../../testing/notebooks.js';
import type { Wish } from './notebooks.compute.js';

export const two: contract.Resources = { executors: 2, cores: 1, memory: gibibyte, gpus: 0 };

/** Notebook servers whose kernels ask for executors: 12 cores and 8 GiB for all; only the sandboxes' limits are real. */
export const computeUnderTest = async () => {
  const under = await notebooksUnderTest();
  const made: ReturnType<NotebooksUnderTest['make']>[] = [];
  const limits = new Map<string, number>();

  const make = () => {
    const real = under.under.again();
    const notebooks = under.make({
      workplace: { ...under.workplace, machine: { cores: 3, memory: 11 * gibibyte } },
      sandbox: {
        ...real,
        start: () => Promise.resolve(),
        status: () => Promise.resolve({ state: 'running', pid: 1 }),
        resize: (id, memory) => Promise.resolve(void limits.set(id, memory))
      }
    });
    made.push(notebooks);
    return notebooks;
  };

  const begun = async (notebooks: ReturnType<typeof make>, actor: Actor, resources = two) => {
    const project = actor.member?.project ?? '';
    await notebooks.service.start(actor, project, { ...resources, wait: true });
    const run = await under
      .db('notebook_servers')
      .where({ project, username: actor.user.name })
      .orderBy('change', 'desc')
      .first<{ id: string }>();
    const inside = { project, sandbox: run.id };
    const ask = (wish: Partial<Wish>) =>
      notebooks.compute.hold(actor, inside, { holder: 'sweep.ipynb', wait: true, ...wish });
    return {
      id: run.id,
      ask,
      hold: (wait = true, holder = 'sweep.ipynb') => ask({ wait, holder }),
      /** What an elastic sweep says. */
      share: (executors: number) => ask({ executors, elastic: true }),
      giveBack: () => notebooks.compute.giveBack(actor, inside),
      get: () => notebooks.service.get(actor, project)
    };
  };

  return {
    ...under,
    limits,
    make,
    begun,
    held: () => under.db('leases').where({ state: 'held' }).orderBy('turn').pluck<string[]>('purpose'),
    done: () => under.db('journal').orderBy('id').pluck<string[]>('action'),
    close: async () => {
      for (const one of made) await one.close();
      await under.close();
    }
  };
};
export type ComputeUnderTest = Awaited<ReturnType<typeof computeUnderTest>>;

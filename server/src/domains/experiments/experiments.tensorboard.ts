import { tensorboard as contract } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { unknown } from './experiments.refusals.js';
import { createExperimentsStore } from './experiments.store.js';

export interface TensorboardDeps {
  readonly db: Db;
  /** Where whoever asks reaches a path of their own notebook server. */
  readonly addressOf: (actor: Actor, project: string, path: string) => Promise<string>;
}

interface Wanted {
  readonly experiment: string;
  readonly trials?: readonly number[] | undefined;
}

/** As the notebook server's own address has it: an id, and a point and a number for each of some trials. */
const written = ({ experiment, trials = [] }: Wanted): string =>
  [experiment, ...new Set(trials.toSorted((a, b) => a - b))].join('.');

const refuse = (detail: string) =>
  problem('request.invalid', detail, { errors: [{ pointer: '/body/with', detail }] });

const check = (wanted: readonly Wanted[]): void => {
  if (new Set(wanted.map(({ experiment }) => experiment)).size < wanted.length)
    throw refuse('An experiment is named twice; name it once, with all its trials that are meant.');
  const trials = wanted.reduce((sum, each) => sum + (each.trials?.length ?? 0), 0);
  if (trials > contract.mostTrials)
    throw refuse(
      `These are ${String(trials)} trials; TensorBoard is asked for ${String(contract.mostTrials)} at most.`
    );
};

/** TensorBoard runs in its viewer's own notebook server, which reads what it shows as its viewer; this says where. */
export const createTensorboard = ({ db, addressOf }: TensorboardDeps) => ({
  async open(
    actor: Actor,
    project: string,
    wanted: readonly [Wanted, ...Wanted[]]
  ): Promise<{ url: string }> {
    const store = createExperimentsStore(db);
    for (const { experiment } of wanted)
      if (!(await store.one(project, experiment))) throw unknown(project, experiment);
    check(wanted);
    const of = wanted.map(written).join(',');
    const url = await addressOf(actor, project, `/hopslab/tensorboard/open?of=${of}`);
    await record(db, {
      actor,
      project,
      action: 'tensorboard.opened',
      asset: `experiment:${wanted[0].experiment}`,
      data: { experiments: wanted.length }
    });
    return { url };
  }
});
export type Tensorboard = ReturnType<typeof createTensorboard>;

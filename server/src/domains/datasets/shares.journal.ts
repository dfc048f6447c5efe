import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { sharedName } from './shares.policy.js';
import type { ShareRow } from './shares.store.js';

/** From where somebody did it is no affair of the project that they are not in. */
export const abroad = (actor: Author): Author => ({ ...actor, address: null });

type Of = Pick<ShareRow, 'owner' | 'dataset' | 'project' | 'reaches'>;

/** Writes what happened to a share into the journals of both projects, each in its own words for the dataset. */
export const recordInBoth = async (
  trx: Db,
  actor: Author,
  share: Of,
  action: string,
  data: Record<string, unknown>
): Promise<void> => {
  const { owner, dataset, project, reaches } = share;
  const here = actor.member?.project;
  const by = (name: string): Author => (here === undefined || here === name ? actor : abroad(actor));
  await record(trx, {
    actor: by(owner),
    project: owner,
    action,
    asset: `dataset:${dataset}`,
    data: { project, ...data }
  });
  if (!reaches) {
    // Somebody’s row all the same: by gaps between the numbers of their own they would learn which projects there are.
    const nobody = { actor: { ...abroad(actor), member: null }, project: null, asset: 'project' };
    await record(trx, { ...nobody, action: 'share.reached-nobody' });
    return;
  }
  const asset = `dataset:${sharedName(owner, dataset)}`;
  await record(trx, { actor: by(project), project, action, asset, data });
};

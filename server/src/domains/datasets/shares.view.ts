import type { shares as contract } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';
import type { ShareRow } from './shares.store.js';

const stateOf = ({ state }: ShareRow): contract.Share['state'] => {
  if (state === 'withdrawn') throw new Error('what was withdrawn is shown to nobody');
  return state;
};

export const shareView = (row: ShareRow): contract.Share => ({
  offerId: row.id,
  project: row.project,
  permission: row.permission,
  state: stateOf(row),
  message: row.message,
  offeredBy: row.offered_by,
  offeredAt: row.offered_at.toISOString(),
  answeredAt: row.answered_at?.toISOString() ?? null
});

export const givenView = (row: ShareRow): contract.GivenShare => ({
  ...shareView(row),
  dataset: row.dataset
});

export const offerView = (row: ShareRow): contract.Offer => ({
  id: row.id,
  owner: row.owner,
  dataset: row.dataset,
  permission: row.permission,
  state: stateOf(row),
  message: row.message,
  offeredBy: row.offered_by,
  offeredAt: row.offered_at.toISOString()
});

export const unknownShare = (dataset: string, project: string) =>
  problem('share.unknown', `${dataset} is neither shared with ${project} nor offered to it.`);

/** Throws where an offer cannot be answered so any more; what was accepted can be given back. */
export const refuseOffer = ({ state, owner, dataset }: ShareRow, answer: 'accepted' | 'rejected'): void => {
  if (state === 'withdrawn')
    throw problem('share.withdrawn', `${owner} has taken ${dataset} back; ask there for another offer.`);
  if (state === 'rejected' && answer === 'accepted')
    throw problem('share.answered', `The offer of ${dataset} was rejected; ask ${owner} for another one.`);
};

const words = { read_only: 'read-only', editable: 'to read and to change' } as const;

/** What will happen when an offer is accepted, or rejected, for whoever confirms it. */
export const acceptWords = ({ owner, dataset, permission, offeredBy }: contract.Offer, project: string) =>
  `Accept the dataset ${dataset}, which ${offeredBy} of the project ${owner} offers to the project ${project}, ${words[permission]}: it appears as ${owner}::${dataset} for every member.`;

export const rejectWords = ({ owner, dataset, state }: contract.Offer, project: string) =>
  state === 'accepted'
    ? `Give the dataset ${dataset} back to the project ${owner}: members of the project ${project} lose the folder at once, and what has files of it open ends.`
    : `Reject the dataset ${dataset} that the project ${owner} offers to the project ${project}.`;

import { randomUUID } from 'node:crypto';
import type { shares as contract } from '@hopslab/schema';
import type { Actor, Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { changeBetween } from './shares.between.js';
import { recordInBoth } from './shares.journal.js';
import { createSharesStore, type ShareRow, type SharesStore } from './shares.store.js';
import { givenView, offerView, refuseOffer, shareView, unknownShare } from './shares.view.js';

export interface SharesDeps {
  readonly db: Db;
  /** Looks again at what runs in a project, in the transaction that changes what is shared with it. */
  readonly onGrants: (trx: Db, project: string) => Promise<void>;
  /** Whose running notebook servers in a project have a dataset of another one mounted. */
  readonly holders: (project: string, owner: string, dataset: string) => Promise<contract.Holder[]>;
}

interface Asked {
  readonly project: string;
  readonly permission: contract.Permission;
  readonly message: string;
}

/** A share, seen from the project whose dataset it is. */
interface At {
  readonly owner: string;
  readonly dataset: string;
  readonly project: string;
}

/** Offers reach people who did not ask for them. */
const mostUnanswered = 50;

/** The life of a share: offered, accepted or rejected, changed, taken back. Never a copy of anything. */
export const createSharesService = ({ db, onGrants, holders }: SharesDeps) => {
  const store = createSharesStore(db);

  const known = async ({ owner, dataset }: Pick<At, 'owner' | 'dataset'>): Promise<void> => {
    if (!(await store.hasDataset(owner, dataset)))
      throw problem('dataset.unknown', `There is no dataset ${dataset} in ${owner}.`);
  };

  const standing = async (inside: SharesStore, { owner, dataset, project }: At): Promise<ShareRow> => {
    const row = await inside.standing(owner, dataset, project);
    if (!row) throw unknownShare(dataset, project);
    return row;
  };

  /** Changes a share while neither of the two projects, nor anything between them, can change. */
  const change = <T>(
    actor: Actor,
    { owner, project }: Pick<At, 'owner' | 'project'>,
    act: (trx: Db, inside: SharesStore, states: ReadonlyMap<string, string>) => Promise<T>
  ): Promise<T> =>
    changeBetween(db, actor, owner, [owner, project], (trx, states) =>
      act(trx, createSharesStore(trx), states)
    );

  const offer = async (project: string, id: string, inside = store): Promise<ShareRow> => {
    const row = await inside.offer(project, id);
    if (!row) throw problem('share.unknown', `Nothing of this name was offered to ${project}.`);
    return row;
  };

  const answer = async (
    actor: Actor,
    project: string,
    id: string,
    state: 'accepted' | 'rejected'
  ): Promise<contract.Offer> => {
    const { owner } = await offer(project, id);
    return change(actor, { owner, project }, async (trx, inside) => {
      const row = await offer(project, id, inside);
      if (row.state === state) return offerView(row);
      refuseOffer(row, state);
      await inside.change(id, { state, answered: true, ...(state === 'accepted' ? { granted: true } : {}) });
      await recordInBoth(trx, actor, row, `share.${state}`, { permission: row.permission });
      await onGrants(trx, project);
      return offerView(await offer(project, id, inside));
    });
  };

  return {
    async list(owner: string, dataset: string) {
      await known({ owner, dataset });
      return { items: (await store.of(owner, dataset)).map(shareView), nextCursor: null };
    },

    given: async (owner: string) => ({ items: (await store.given(owner)).map(givenView), nextCursor: null }),

    /** Answered alike whether there is such a project or not; an offer to none reaches nobody, ever. */
    async offer(actor: Actor, at: At, { permission, message }: Asked): Promise<contract.Share> {
      const { owner, dataset, project } = at;
      await known(at);
      if (project === owner)
        throw problem('share.same-project', `${dataset} is ${owner}’s already; name another project.`);
      return change(actor, at, async (trx, inside, states) => {
        const before = await inside.standing(owner, dataset, project);
        if (before && before.state !== 'rejected')
          throw problem(
            'share.exists',
            `${dataset} is ${before.state === 'accepted' ? 'shared with' : 'offered to'} ${project} already; change what it may do, or take it back first.`
          );
        if ((await inside.unanswered(owner)) >= mostUnanswered)
          throw problem(
            'share.too-many',
            `${mostUnanswered} offers of ${owner} wait for an answer. Take some of them back, or wait until they are answered.`
          );
        if (before) await inside.change(before.id, { state: 'withdrawn' });
        const reaches = !['deleted', undefined].includes(states.get(project));
        const offered_by = actor.user.name;
        await inside.insert({ id: randomUUID(), ...at, reaches, permission, message, offered_by });
        const row = await standing(inside, at);
        await recordInBoth(trx, actor, row, 'share.offered', { permission });
        return shareView(row);
      });
    },

    async change(actor: Actor, at: At, permission: contract.Permission): Promise<contract.Share> {
      await known(at);
      return change(actor, at, async (trx, inside) => {
        const row = await standing(inside, at);
        if (row.permission === permission) return shareView(row);
        const granted = row.state === 'accepted' ? { granted: true as const } : {};
        await inside.change(row.id, { permission, ...granted });
        await recordInBoth(trx, actor, row, 'share.changed', { permission });
        if (row.state === 'accepted') await onGrants(trx, at.project);
        return shareView(await standing(inside, at));
      });
    },

    async withdraw(actor: Actor, at: At): Promise<void> {
      await known(at);
      await change(actor, at, async (trx, inside) => {
        const row = await standing(inside, at);
        await inside.change(row.id, { state: 'withdrawn' });
        await recordInBoth(trx, actor, row, 'share.withdrawn', { before: row.state });
        if (row.state === 'accepted') await onGrants(trx, at.project);
      });
    },

    async holders(at: At) {
      await known(at);
      const { state } = await standing(store, at);
      // How long it takes to look would tell of a project that has accepted nothing.
      if (state !== 'accepted') return { items: [], nextCursor: null };
      return { items: await holders(at.project, at.owner, at.dataset), nextCursor: null };
    },

    offers: async (project: string) => ({
      items: (await store.offersTo(project)).map(offerView),
      nextCursor: null
    }),

    /** An offer, for whoever is asked to decide about it. */
    getOffer: async (project: string, id: string): Promise<contract.Offer> => {
      const row = await offer(project, id);
      if (row.state === 'withdrawn') refuseOffer(row, 'accepted');
      return offerView(row);
    },

    accept: (actor: Actor, project: string, id: string) => answer(actor, project, id, 'accepted'),
    reject: (actor: Actor, project: string, id: string) => answer(actor, project, id, 'rejected'),

    /** Ends what a project shares and what it has accepted, in the transaction that ends or archives it. */
    async endThoseOf(trx: Db, actor: Author, project: string, why: string): Promise<void> {
      const inside = createSharesStore(trx);
      for (const row of await inside.endingWith(project)) {
        await inside.change(row.id, { state: 'withdrawn' });
        if (row.state === 'rejected') continue;
        await recordInBoth(trx, actor, row, 'share.withdrawn', { before: row.state, why });
        if (row.state === 'accepted') await onGrants(trx, row.project);
      }
    }
  };
};
export type SharesService = ReturnType<typeof createSharesService>;

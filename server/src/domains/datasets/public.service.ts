import type { publicDatasets as contract } from '@hopslab/schema';
import type { Actor, Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { createDatasetsStore } from './datasets.store.js';
import { createPublicStore, type UseRow } from './public.store.js';
import {
  addedView,
  foundView,
  notPublic,
  privateWords,
  publicationView,
  publishWords
} from './public.view.js';
import { changeBetween } from './shares.between.js';
import { recordInBoth } from './shares.journal.js';
import { ownerOf } from './shares.policy.js';
import type { SharesDeps } from './shares.service.js';

type At = Pick<UseRow, 'owner' | 'dataset'>;
type Use = At & Pick<UseRow, 'project'>;

/** The life of a public dataset: made public, added to projects and given back there, made private again. */
export const createPublicService = ({ db, onGrants, holders }: SharesDeps) => {
  const store = createPublicStore(db);

  const known = async ({ owner, dataset }: At, inside = db) => {
    const row = await createDatasetsStore(inside).one(owner, dataset);
    if (!row) throw problem('dataset.unknown', `There is no dataset ${dataset} in ${owner}.`);
    return row;
  };

  /** Programs, logs and results of every project: what is written there is written by everybody and every run. */
  const publishable = async (at: At, inside = db) => {
    const row = await known(at, inside);
    if (row.built_in)
      throw problem(
        'dataset.built-in',
        `${at.dataset} is where everybody’s programs of ${at.owner} write, so what is in it is not made public. Make a dataset of its own for what everybody may see, or share ${at.dataset} with a project.`
      );
    return row;
  };

  const publication = async ({ owner, dataset }: At, inside = store): Promise<contract.Publication> => {
    const row = await inside.publication({ owner, dataset });
    if (!row) throw problem('public.unknown', `${dataset} of ${owner} is not public.`);
    return publicationView(row, await inside.usesOf(owner, dataset));
  };

  const lose = async (trx: Db, actor: Author, use: UseRow, data: Record<string, unknown>): Promise<void> => {
    // Whoever archives the other project at the same time may have been first.
    if (!(await createPublicStore(trx).remove(use))) return;
    const keeps = use.shared ? { keeps: true } : {};
    await recordInBoth(trx, actor, { ...use, reaches: true }, 'public.lost', { ...data, ...keeps });
    await onGrants(trx, use.project);
  };

  const unpublish = async (trx: Db, actor: Author, { owner, dataset }: At, data = {}): Promise<void> => {
    await createPublicStore(trx).unpublish({ owner, dataset });
    const asset = `dataset:${dataset}`;
    await record(trx, { actor, project: owner, action: 'public.ended', asset, data });
  };

  return {
    async find(
      actor: Actor,
      { q, limit, cursor }: { q: string; limit: number; cursor?: string | undefined }
    ) {
      const [dataset = '', owner = ''] = String(afterOf(cursor) ?? '').split(' ');
      const asker = { user: actor.user.name, project: actor.member?.project ?? null };
      const rows = await store.find({ q, after: { dataset, owner }, limit: limit + 1, ...asker });
      return pageOf(rows, limit, row => `${row.dataset} ${row.owner}`, foundView);
    },

    async published(owner: string) {
      const [rows, uses] = [await store.publications(owner), await store.usesOf(owner)];
      return { items: rows.map(row => publicationView(row, uses)), nextCursor: null };
    },

    added: async (project: string) => ({
      items: (await store.usesBy(project)).map(addedView),
      nextCursor: null
    }),

    makePublic: (actor: Actor, at: At): Promise<contract.Publication> =>
      changeBetween(db, actor, at.owner, [at.owner], async trx => {
        const inside = createPublicStore(trx);
        await publishable(at, trx);
        if (!(await inside.publication(at))) {
          await inside.publish({ ...at, made_by: actor.user.name });
          const asset = `dataset:${at.dataset}`;
          await record(trx, { actor, project: at.owner, action: 'public.made', asset });
        }
        return publication(at, inside);
      }),

    /** Projects that it is shared with keep it. */
    makePrivate: (actor: Actor, at: At): Promise<void> =>
      changeBetween(db, actor, at.owner, [at.owner], async trx => {
        await known(at, trx);
        const { usedBy } = await publication(at, createPublicStore(trx));
        for (const use of await createPublicStore(trx).usesOf(at.owner, at.dataset))
          await lose(trx, actor, use, {});
        await unpublish(trx, actor, at, { projects: usedBy.length });
      }),

    async holders(at: At) {
      await known(at);
      const { usedBy } = await publication(at);
      const found = await Promise.all(
        usedBy
          .filter(({ keeps }) => !keeps)
          .map(async ({ project }) =>
            (await holders(project, at.owner, at.dataset)).map(holder => ({ ...holder, project }))
          )
      );
      return { items: found.flat(), nextCursor: null };
    },

    /** Whoever comes twice, or second, finds it there. */
    add: (actor: Actor, use: Use): Promise<void> => {
      const { owner, dataset, project } = use;
      if (owner === project)
        throw problem('share.same-project', `${dataset} is ${owner}’s own; it is in the project already.`);
      return changeBetween(db, actor, project, [owner, project], async trx => {
        const inside = createPublicStore(trx);
        if (!(await inside.publication(use))) throw notPublic(owner, dataset);
        if (!(await inside.add({ ...use, added_by: actor.user.name }))) return;
        await recordInBoth(trx, actor, { ...use, reaches: true }, 'public.added', {});
        await onGrants(trx, project);
      });
    },

    giveBack: (actor: Actor, project: string, name: string): Promise<void> => {
      const { project: owner, dataset } = ownerOf(name) ?? { project: '', dataset: name };
      return changeBetween(db, actor, project, [owner, project], async trx => {
        if (!(await createPublicStore(trx).remove({ owner, dataset, project })))
          throw problem('public.unknown', `${project} has not added ${name} as a public dataset.`);
        const use = { owner, dataset, project, reaches: true };
        await recordInBoth(trx, actor, use, 'public.returned', {});
        await onGrants(trx, project);
      });
    },

    /** What will happen, for whoever confirms it; throws where it could not. */
    async publishWords({ owner, dataset }: At): Promise<string> {
      return publishWords(owner, dataset, (await publishable({ owner, dataset })).editable);
    },
    async privateWords(at: At): Promise<string> {
      await known(at);
      return privateWords(at.owner, await publication(at));
    },

    /** Ends what a project has made public and what it has added, in the transaction that ends or archives it. */
    async endThoseOf(trx: Db, actor: Author, project: string, why: string): Promise<void> {
      const inside = createPublicStore(trx);
      for (const use of await inside.endingWith(project)) await lose(trx, actor, use, { why });
      for (const row of await inside.publications(project)) await unpublish(trx, actor, row, { why });
    }
  };
};
export type PublicService = ReturnType<typeof createPublicService>;

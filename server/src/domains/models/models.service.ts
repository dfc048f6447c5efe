import type { models as contract } from '@hopslab/schema';
import { personOf, type Actor, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterNumberOf, afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { FileStore } from '../../ports/file-store.js';
import { countModel, isThere } from './models.files.js';
import { canOnModel, rightsOnModel } from './models.policy.js';
import { reserve } from './models.reserve.js';
import { createModelsStore, type Registered } from './models.store.js';
import {
  assetOf,
  folderOf,
  modelsOf,
  modelView,
  unknownModel,
  type ModelRef,
  type ModelRow
} from './models.view.js';

export interface ModelsDeps {
  readonly db: Db;
  readonly files: Pick<FileStore, 'entry' | 'walk'>;
  /** Throws where the project has no such experiment. */
  readonly experiment: (project: string, id: string) => Promise<unknown>;
  /** Puts a folder of a dataset into the trash. */
  readonly discard: (
    actor: Author,
    place: { readonly project: string; readonly dataset: string; readonly path: string }
  ) => Promise<void>;
}

interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

type Described = Omit<Registered, 'bytes' | 'files' | 'created_by'>;

const said = ({ description, metrics, experiment, trial, sha256, bytes, files }: Registered): string =>
  JSON.stringify([description, Object.entries(metrics).sort(), experiment, trial, sha256, bytes, files]);

export const createModelsService = ({ db, files, experiment, discard }: ModelsDeps) => {
  const store = createModelsStore(db);

  const shown = async (row: ModelRow): Promise<contract.ModelVersion> =>
    modelView(row, row.ready && !(await isThere(files, row)));

  const page = async <R extends ModelRow, T>(
    rows: readonly R[],
    limit: number,
    key: (row: R) => string | number,
    present: (row: R) => Promise<T>
  ) => {
    const { items, nextCursor } = pageOf(rows, limit, key, present);
    return { items: await Promise.all(items), nextCursor };
  };

  /** A version that is registered, or reserved by who asks. */
  const find = async (ref: ModelRef, user?: string): Promise<ModelRow> => {
    const row = await store.one(ref);
    if (!row || !(row.ready || row.created_by === user)) throw unknownModel(ref);
    return row;
  };

  return {
    list: async (
      project: string,
      { limit, cursor, experiment: of }: Paging & { experiment?: string | undefined }
    ) =>
      page(
        await store.newest(project, String(afterOf(cursor) ?? ''), { limit: limit + 1, experiment: of }),
        limit,
        row => row.name,
        async row => ({ name: row.name, versions: row.versions, newest: await shown(row) })
      ),

    async versions(project: string, name: string, { limit, cursor }: Paging) {
      const below = afterNumberOf(cursor);
      const rows = await store.versions(project, name, below ?? Number.MAX_SAFE_INTEGER, limit + 1);
      if (rows.length === 0 && below === undefined) throw unknownModel({ project, name });
      return page(rows, limit, row => row.version, shown);
    },

    /** Of those whose files are there, as long as there are any. */
    async best(
      project: string,
      name: string,
      by: { readonly metric: string; readonly direction: 'maximize' | 'minimize' }
    ): Promise<contract.ModelVersion> {
      const rows = await store.best(project, name, by);
      for (const row of rows) if (await isThere(files, row)) return modelView(row, false);
      if (rows[0]) return modelView(rows[0], true);
      throw problem(
        'model.unknown',
        `There is no model ${name} in ${project} of which a version has the metric ${JSON.stringify(by.metric)}.`
      );
    },

    get: async (actor: Actor, ref: ModelRef) => shown(await find(ref, actor.user.name)),

    reserve: (
      actor: Actor,
      named: Omit<ModelRef, 'version'>,
      asked: { readonly version?: number | undefined; readonly overwrite: boolean }
    ) =>
      db.transaction(async trx => {
        const row = await reserve(trx, files, actor, named, asked);
        await record(trx, {
          actor,
          project: named.project,
          action: 'model.reserved',
          asset: assetOf(row),
          data: { overwrite: row.ready }
        });
        return modelView(row, false);
      }),

    /** Takes a version in, as its folder is now; the same again changes nothing. */
    async register(actor: Actor, ref: ModelRef, described: Described): Promise<contract.ModelVersion> {
      const before = await find(ref, actor.user.name);
      demand(canOnModel(personOf(actor), 'model.register', before.created_by));
      if (described.experiment !== null) await experiment(ref.project, described.experiment);
      const registered = { ...described, ...(await countModel(files, ref)), created_by: actor.user.name };
      return db.transaction(async trx => {
        const inside = createModelsStore(trx);
        const row = await inside.hold(ref);
        if (!row) throw unknownModel(ref);
        demand(canOnModel(personOf(actor), 'model.register', row.created_by));
        if (!row.ready || row.draft_since || said(row) !== said(registered)) {
          await inside.register(ref, registered);
          const { metrics, bytes, experiment: of, trial } = registered;
          await record(trx, {
            actor,
            project: ref.project,
            action: 'model.registered',
            asset: assetOf(ref),
            data: { metrics, bytes, experiment: of, trial, again: row.ready }
          });
        }
        const after = await inside.one(ref);
        if (!after) throw unknownModel(ref);
        return modelView(after, false);
      });
    },

    /** Its files go first: a server that dies in between leaves a version that is shown as missing. */
    async remove(actor: Actor, ref: ModelRef): Promise<void> {
      const before = await find(ref, actor.user.name);
      demand(canOnModel(personOf(actor), 'model.delete', before.created_by));
      if (before.ready && (await isThere(files, ref)))
        await discard(actor, { ...modelsOf(ref.project), path: folderOf(ref) });
      await db.transaction(async trx => {
        const inside = createModelsStore(trx);
        const row = await inside.hold(ref);
        if (!row) return;
        demand(canOnModel(personOf(actor), 'model.delete', row.created_by));
        await inside.remove(ref);
        if (row.ready)
          await record(trx, { actor, project: ref.project, action: 'model.deleted', asset: assetOf(ref) });
      });
    },

    rightsOn: async (project: string, asset: string) => {
      const [name = '', version = ''] = asset.split('/');
      const ref = { project, name, version: /^\d{1,7}$/.test(version) ? Number(version) : 0 };
      return rightsOnModel((await find(ref)).created_by);
    }
  };
};
export type ModelsService = ReturnType<typeof createModelsService>;

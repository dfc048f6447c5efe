import { randomUUID } from 'node:crypto';
import type { uploads as contract } from '@hopslab/schema';
import { identityOf, personOf, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { byRole, isGranted } from '../../platform/verdict.js';
import { conditionFrom } from './datasets.conditions.js';
import { createArrival } from './files.arrival.js';
import { admit, asSeenFrom, refOf, replacedAt, writeRow, type FilesDeps, type Place } from './files.place.js';
import { createAppend, type Chunk } from './uploads.append.js';
import { createRunningHashes } from './uploads.checksum.js';
import { createFinish } from './uploads.finish.js';
import { keepRoom } from './uploads.room.js';
import { createUploadsStore, type UploadRow } from './uploads.store.js';
import { createTurns, type Turn } from './uploads.turns.js';
import { unknownUpload, uploadView } from './uploads.view.js';

/** Of one projectUser; who drops a folder begins a few at a time. */
const mostUnfinished = 50;

export interface UploadsDeps extends FilesDeps {
  /** Hours after its last byte when an unfinished upload is forgotten. */
  readonly hours: number;
  /** Milliseconds of silence after which a connection is given up for the next. */
  readonly silence?: number;
}

export interface Asked {
  readonly path: string;
  readonly length: number;
  readonly checksum: string | null;
  readonly ifMatch: string;
  readonly ifNoneMatch: string;
}

/** Whose upload is asked for, and by which address. */
type At = Pick<Place, 'project' | 'dataset'>;
/** Who asks, as what they are by now. */
type Still = () => Promise<Author>;

/** Uploads that outlive lost connections and the server: each is its maker's own, and nobody sees its file until it is whole. */
export const createUploadsService = (deps: UploadsDeps) => {
  const { db, files, datasets, storage, limit, hours } = deps;
  const { incoming } = files;
  const store = createUploadsStore(db);
  const turns = createTurns(deps.silence);
  const hashes = createRunningHashes(id => incoming.read(id));
  const { finish, wasPlaced } = createFinish({ db, files, storage, hashes, arrive: createArrival(deps) });
  const append = createAppend({ files, store, hashes, hours });

  const whose = (actor: Author, { project, dataset }: At) => ({
    project,
    dataset,
    project_user: identityOf(actor) ?? ''
  });

  /** Data owners see what others have under way, for it keeps their project's room, and may give it up. */
  const seenBy = (actor: Author, at: At) => ({
    ...whose(actor, at),
    everybody: isGranted(byRole(personOf(actor), 'data.import'))
  });

  const find = async (actor: Author, at: At, id: string): Promise<UploadRow> => {
    const row = await store.one(id, whose(actor, at));
    if (!row) throw unknownUpload();
    return row;
  };

  const offsetOf = async (row: UploadRow): Promise<number> => {
    if (row.placed_at !== null) return row.length;
    const kept = await incoming.offset(row.id);
    if (kept === undefined) return (await wasPlaced(row)) ? row.length : 0;
    return Math.min(kept, row.unchecked_from ?? kept);
  };

  /** Its turn is had by one request at a time; one that is whole is brought to its place, if it is not there yet. */
  const inTurn = async (
    actor: Author,
    at: At,
    id: string,
    still: Still,
    act?: (row: UploadRow, offset: number, turn: Turn) => Promise<number>
  ): Promise<contract.Upload> => {
    await find(actor, at, id);
    const turn = await turns.take(id, { brief: !act });
    try {
      const row = await find(actor, at, id);
      if (row.placed_at === null) await admit(datasets, actor, row, 'in');
      const kept = await offsetOf(row);
      const offset = act ? await act(row, kept, turn) : kept;
      if (offset === row.length && row.placed_at === null) await finish(actor, row, still);
      return uploadView(at.project, await find(actor, at, id), offset);
    } finally {
      turn.done();
    }
  };

  /** Ends whatever goes on with it, and lets its bytes go. */
  const forget = async (id: string, remove: () => Promise<void>): Promise<void> => {
    const turn = await turns.take(id, { force: true });
    try {
      await remove();
      hashes.forget(id);
      await incoming.discard(id);
    } finally {
      turn.done();
    }
  };

  return {
    async begin(actor: Author, at: At, asked: Asked): Promise<contract.Upload> {
      const place = { ...at, path: asked.path };
      await admit(datasets, actor, place, 'in');
      if (asked.length > limit)
        throw problem(
          'request.too-large',
          `A file may have ${limit} bytes at most; this one has ${asked.length}.`
        );
      const replaced = await replacedAt(files, place);
      conditionFrom(asked.ifMatch, asked.ifNoneMatch)?.check(replaced);
      const owner = whose(actor, at);
      const id = randomUUID();
      await incoming.begin(id, refOf(place), asked.path);
      try {
        const row = await db.transaction(async trx => {
          const inTrx = createUploadsStore(trx);
          await inTrx.lock(owner.project_user);
          if ((await inTrx.unfinishedOf(owner.project_user)) >= mostUnfinished)
            throw problem(
              'upload.too-many',
              `${mostUnfinished} uploads of yours are not finished; finish some, or give them up.`
            );
          const stored_by = refOf(place).project;
          await keepRoom(trx, storage, actor, stored_by, {
            bytes: asked.length - (replaced?.bytes ?? 0),
            files: replaced ? 0 : 1
          });
          const { path, length, checksum, ifMatch: if_match, ifNoneMatch: if_none_match } = asked;
          return inTrx.insert(
            { id, ...owner, stored_by, path, length, checksum, if_match, if_none_match },
            hours
          );
        });
        return uploadView(at.project, row, 0);
      } catch (error) {
        await incoming.discard(id);
        throw asSeenFrom(place, error);
      }
    },

    async list(
      actor: Author,
      at: At,
      { limit: most, cursor }: { limit: number; cursor?: string | undefined }
    ) {
      await datasets.get(at.project, at.dataset);
      const after = afterOf(cursor);
      const rows = await store.page(
        seenBy(actor, at),
        after === undefined ? undefined : String(after),
        most + 1
      );
      const offsets = new Map(
        await Promise.all(rows.map(async row => [row.id, await offsetOf(row)] as const))
      );
      return pageOf(
        rows,
        most,
        row => row.id,
        row => uploadView(at.project, row, offsets.get(row.id) ?? 0)
      );
    },

    /** Where it stands; one that was whole when the server was killed is brought to its place. */
    get: (actor: Author, at: At, id: string, still: Still) => inTurn(actor, at, id, still),

    /** Goes on with it; answers where it stands then. */
    append: (actor: Author, at: At, id: string, still: Still, chunk: Chunk) =>
      inTurn(actor, at, id, still, (row, offset, turn) => append(row, offset, turn, chunk)),

    async remove(actor: Author, at: At, id: string): Promise<void> {
      const row = await store.one(id, seenBy(actor, at));
      if (!row) throw unknownUpload();
      await forget(id, async () => {
        if (row.project_user === identityOf(actor)) return store.remove(id);
        const { user, project } = uploadView(at.project, row, 0);
        await db.transaction(async trx => {
          await createUploadsStore(trx).remove(id);
          const place = { ...at, path: row.path };
          const data = { size: row.length, user, ...(project === at.project ? {} : { project }) };
          await writeRow(trx, actor, place, 'file.upload-given-up', data);
        });
      });
    },

    /** Ends what somebody has under way, in the transaction that ends their membership. */
    endThoseOf: (trx: Db, { project, users }: { project: string; users: readonly string[] }): Promise<void> =>
      createUploadsStore(trx).endOf(project, users),

    /** Ends what goes into datasets that a project may not write to any more, in the transaction that says so. */
    endUngranted: (trx: Db, project: string): Promise<void> => createUploadsStore(trx).endUngranted(project),

    /** Forgets those that were ended and those whose time is over, with their bytes. */
    async expire(): Promise<void> {
      await store.endStray();
      // One whose request does not end now is asked again in the next round.
      for (const id of await store.ended()) await forget(id, () => store.remove(id)).catch(() => undefined);
      for (const id of await store.removeExpired(turns.taken())) {
        hashes.forget(id);
        await incoming.discard(id);
      }
    },

    /** Those whose bytes are needed. */
    unfinished: async (): Promise<ReadonlySet<string>> => new Set(await store.unfinished())
  };
};
export type UploadsService = ReturnType<typeof createUploadsService>;

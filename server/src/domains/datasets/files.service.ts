import type { Readable } from 'node:stream';
import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { FileEntry, FileStore, OpenFile } from '../../ports/file-store.js';
import { canCarry, type Way } from './datasets.policy.js';
import type { DatasetsService } from './datasets.service.js';
import type { StorageService } from './storage.service.js';

export interface FilesDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: DatasetsService;
  readonly storage: StorageService;
  /** Bytes that an upload may have. */
  readonly limit: number;
}

/** What a request is about. */
interface Place {
  readonly project: string;
  readonly dataset: string;
  readonly path: string;
}

const view = ({ modifiedAt, ...entry }: FileEntry): contract.Entry => ({
  ...entry,
  modifiedAt: modifiedAt.toISOString()
});

/** Carrying files in and out of datasets: who may is told from the file, every way is journaled. */
export const createFilesService = ({ db, files, datasets, storage, limit }: FilesDeps) => {
  const write = (
    trx: Db,
    actor: Author,
    { project, dataset, path }: Place,
    action: string,
    more: object = {}
  ) => record(trx, { actor, project, action, asset: `file:${dataset}/${path}`, ...more });

  /** The journal keeps text, and text in Postgres has no NUL: the file store refuses such a path. */
  const named = (place: Place): boolean => !place.path.includes('\0') && place.path.isWellFormed();

  const admit = async (actor: Author, place: Place, way: Way): Promise<void> => {
    const { project, dataset, path } = place;
    await datasets.get(project, dataset);
    demand(canCarry(personOf(actor), way, dataset, path));
  };

  const ref = ({ project, dataset }: Place) => ({ project, dataset });

  return {
    async list(project: string, dataset: string, path: string) {
      await datasets.get(project, dataset);
      return { items: (await files.list({ project, dataset }, path)).map(view), nextCursor: null };
    },

    exists: ({ path, ...place }: Place): Promise<boolean> => files.exists(ref({ ...place, path }), path),

    /** Opens a file to be sent; whoever asked has to read or close it. */
    async download(actor: Author, place: Place): Promise<OpenFile> {
      await admit(actor, place, 'out');
      const file = await files.open(ref(place), place.path);
      try {
        await write(db, actor, place, 'file.downloaded', { data: { size: file.entry.size } });
      } catch (error) {
        await file.close();
        throw error;
      }
      return file;
    },

    async upload(
      actor: Author,
      place: Place,
      source: Readable,
      announced: number | undefined
    ): Promise<contract.Entry> {
      await admit(actor, place, 'in');
      if (announced !== undefined && announced > limit)
        throw problem(
          'request.too-large',
          `A file may have ${limit} bytes at most; this one has ${announced}.`
        );
      await storage.expect(place.project, announced ?? 0);
      const received = await files.receive(ref(place), place.path, source, limit);
      try {
        return await db.transaction(async trx => {
          await write(trx, actor, place, 'file.uploaded', { data: { size: received.size } });
          const count = (replaced: number | null) =>
            storage.change(trx, ref(place), {
              bytes: received.size - (replaced ?? 0),
              files: replaced === null ? 1 : 0
            });
          return view(await received.place(count));
        });
      } finally {
        await received.discard();
      }
    },

    async remove(actor: Author, place: Place): Promise<void> {
      await admit(actor, place, 'in');
      await db.transaction(async trx => {
        if (named(place)) await write(trx, actor, place, 'file.deleted');
        const bytes = await files.remove(ref(place), place.path);
        await storage.change(trx, ref(place), { bytes: -bytes, files: -1 });
      });
    }
  };
};
export type FilesService = ReturnType<typeof createFilesService>;

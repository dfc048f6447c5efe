import type { Readable } from 'node:stream';
import type { datasets as contract } from '@hopslab/schema';
import type { Author } from '../../platform/actor.js';
import type { Filling } from '../../platform/handed-file.js';
import { problem } from '../../platform/problem.js';
import type { FileEntry, FilePage, OpenFile } from '../../ports/file-store.js';
import type { Condition } from './datasets.conditions.js';
import { createArrival } from './files.arrival.js';
import { createFilesChanges } from './files.changes.js';
import {
  admit,
  asSeenFrom,
  refOf,
  replacedAt,
  view,
  writeRow,
  type FilesDeps,
  type Place
} from './files.place.js';
import type { TrashService } from './trash.service.js';

interface Upload {
  readonly source: Readable | Filling;
  readonly announced: number | undefined;
  /** What has to be true of the file that would be replaced. */
  readonly condition?: Condition | undefined;
  /** Who uploads, as what they are once all of it is there; throws where they may not any more. */
  readonly still?: (() => Promise<Author>) | undefined;
}

/** Carrying files in and out of datasets: who may is told from the file, every way is journaled. */
export const createFilesService = ({
  trash,
  ...deps
}: FilesDeps & { readonly trash: Pick<TrashService, 'put'> }) => {
  const { db, files, datasets, storage, limit } = deps;
  const arrive = createArrival({ db, files, storage });

  return {
    ...createFilesChanges({ db, files, datasets, storage, trash }),

    async list(project: string, dataset: string, path: string, { limit, after, q }: FilePage) {
      await datasets.facts(project, dataset);
      const { entries, next } = await files.list(refOf({ project, dataset }), path, { limit, after, q });
      return { items: entries.map(view), nextCursor: next };
    },

    async get(place: Place): Promise<contract.Entry> {
      await datasets.facts(place.project, place.dataset);
      return view(await files.entry(refOf(place), place.path));
    },

    exists: (place: Place): Promise<boolean> => files.exists(refOf(place), place.path),

    /** Opens a file to be sent; whoever asked has to read or close it. What is known to them already is not sent. */
    /** Throws for who may not take a file out, or not any more. */
    admitTaking: (actor: Author, place: Place): Promise<void> => admit(datasets, actor, place, 'out'),

    async download(actor: Author, place: Place, known: (tag: string) => boolean): Promise<OpenFile> {
      await admit(datasets, actor, place, 'out');
      const file = await files.open(refOf(place), place.path);
      try {
        const { size, tag } = file.entry;
        if (!known(tag)) await writeRow(db, actor, place, 'file.downloaded', { size });
      } catch (error) {
        await file.close();
        throw error;
      }
      return file;
    },

    async upload(actor: Author, place: Place, upload: Upload): Promise<FileEntry> {
      const { source, announced, condition, still = () => Promise.resolve(actor) } = upload;
      await admit(datasets, actor, place, 'in');
      if (announced !== undefined && announced > limit)
        throw problem(
          'request.too-large',
          `A file may have ${limit} bytes at most; this one has ${announced}.`
        );
      condition?.check(await replacedAt(files, place));
      await storage.expect(refOf(place).project, announced ?? 0).catch((error: unknown) => {
        throw asSeenFrom(place, error);
      });
      const received = await files.receive(refOf(place), place.path, source, limit);
      try {
        if (announced !== undefined && received.size !== announced)
          throw problem('request.invalid', 'The upload ended before it was whole; nothing of it was kept.');
        return await arrive(actor, await still(), { place, received, condition });
      } finally {
        await received.discard();
      }
    }
  };
};
export type FilesService = ReturnType<typeof createFilesService>;

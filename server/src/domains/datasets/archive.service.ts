import type { Readable } from 'node:stream';
import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import type { FileStore } from '../../ports/file-store.js';
import { packed } from './archive.pack.js';
import type { DatasetsService } from './datasets.service.js';
import { demandTaking, type Gathered } from './files.gather.js';
import type { Gathering } from './files.gathering.js';
import { guarded } from './files.guard.js';
import { refOf, writeRow } from './files.place.js';

export interface ArchiveDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: Pick<DatasetsService, 'get'>;
  readonly gathering: Gathering;
}

export interface Archive {
  /** What a browser calls it. */
  readonly name: string;
  readonly content: Readable;
}

const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Files and folders of a dataset as one zip file, made while it is sent. */
export const createArchiveService = ({ db, files, datasets, gathering }: ArchiveDeps) => {
  const note = async (
    actor: Author,
    place: { project: string; dataset: string },
    paths: readonly string[],
    { bytes, files: count }: Gathered
  ): Promise<void> => {
    const [only] = paths;
    const data = { bytes, files: count };
    if (only !== undefined && paths.length === 1)
      return writeRow(db, actor, { ...place, path: only }, 'file.downloaded', data);
    const parent = only?.includes('/') ? only.slice(0, only.lastIndexOf('/')) : '';
    const some = { ...data, paths: paths.slice(0, 100) };
    return writeRow(db, actor, { ...place, path: parent }, 'file.downloaded', some);
  };

  return {
    /** `still` answers who downloads, as what they are by then: it is asked for as long as it goes on. */
    async download(
      actor: Author,
      place: { project: string; dataset: string },
      paths: readonly string[],
      still: () => Promise<Author>
    ): Promise<Archive> {
      await datasets.get(place.project, place.dataset);
      const { gathered, free } = await gathering(actor, place, paths);
      const admit = async (who: Author): Promise<void> => {
        demandTaking(who, await datasets.get(place.project, place.dataset), paths, gathered);
      };
      try {
        await admit(actor);
        await note(actor, place, paths, gathered);
      } catch (error) {
        free();
        throw error;
      }
      const ref = refOf(place);
      const [only] = paths;
      const content = packed(gathered.items, {
        open: ({ path }) => files.open(ref, path),
        nameMissing: true
      });
      content.once('close', free);
      return {
        name: `${only !== undefined && paths.length === 1 ? last(only) : ref.dataset}.zip`,
        content: guarded(content, async () => admit(await still()))
      };
    }
  };
};
export type ArchiveService = ReturnType<typeof createArchiveService>;

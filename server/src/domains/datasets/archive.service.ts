import type { Readable } from 'node:stream';
import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import type { FileStore } from '../../ports/file-store.js';
import { packed } from './archive.pack.js';
import type { DatasetsService } from './datasets.service.js';
import { demandTaking, gather } from './files.gather.js';
import { refOf, writeRow } from './files.place.js';

export interface ArchiveDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: Pick<DatasetsService, 'get'>;
}

export interface Archive {
  /** What a browser calls it. */
  readonly name: string;
  readonly content: Readable;
}

const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Files and folders of a dataset as one zip file, made while it is sent. */
export const createArchiveService = ({ db, files, datasets }: ArchiveDeps) => ({
  async download(
    actor: Author,
    place: { project: string; dataset: string },
    paths: readonly string[]
  ): Promise<Archive> {
    const from = await datasets.get(place.project, place.dataset);
    const gathered = await gather(files, place, paths);
    demandTaking(actor, from, paths, gathered);
    const [only] = paths;
    const whole = only !== undefined && paths.length === 1;
    const data = { bytes: gathered.bytes, files: gathered.files };
    if (whole) await writeRow(db, actor, { ...place, path: only }, 'file.downloaded', data);
    else {
      const parent = only?.includes('/') ? only.slice(0, only.lastIndexOf('/')) : '';
      await writeRow(db, actor, { ...place, path: parent }, 'file.downloaded', {
        ...data,
        paths: paths.slice(0, 100)
      });
    }
    const ref = refOf(place);
    return {
      name: `${whole ? last(only) : ref.dataset}.zip`,
      content: packed(gathered.items, { open: ({ path }) => files.open(ref, path), nameMissing: true })
    };
  }
});
export type ArchiveService = ReturnType<typeof createArchiveService>;

import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { DatasetRef, FileEntry, FileStore, OpenFile } from '../../ports/file-store.js';
import { createIncoming } from './filestore.incoming.js';
import { entriesIn, entryOf } from './filestore.list.js';
import { measure } from './filestore.measure.js';
import { namesIn, namesOfNew } from './filestore.path.js';
import {
  codeOf,
  descend,
  held,
  hold,
  look,
  makeFolder,
  notAFile,
  openFolder,
  told,
  unknown,
  within,
  type Owner
} from './filestore.walk.js';

export interface LocalFileStoreOptions {
  /** The folder of all projects; `<project>/<dataset>` below it. */
  readonly root: string;
  /** Who sandboxes run as, where that is not us. */
  readonly owner?: Owner | undefined;
}

const empty = (file: FileHandle): Readable => {
  const nothing = Readable.from([]);
  nothing.once('close', () => void file.close());
  return nothing;
};

/** Makes a folder's entries outlive a power cut; one that a program made unreadable is left to the kernel. */
const settle = async (folder: FileHandle): Promise<void> => {
  const readable = await open(held(folder), constants.O_RDONLY | constants.O_DIRECTORY).catch(
    () => undefined
  );
  try {
    await readable?.sync();
  } finally {
    await readable?.close();
  }
};

/** Files of datasets in folders of this machine. Linux only: names are resolved one by one, through `/proc/self/fd`. */
export const createLocalFileStore = ({ root, owner }: LocalFileStoreOptions): FileStore => {
  // No project's name begins with a dot.
  const incoming = createIncoming(join(root, '.incoming'), owner);
  const folderOf = ({ project, dataset }: DatasetRef): string => join(root, project, dataset);
  const make = (path: string) => makeFolder(path, owner);

  const ensure = async (dataset: DatasetRef): Promise<void> => {
    await mkdir(root, { recursive: true, mode: 0o711 });
    await make(join(root, dataset.project));
    await make(folderOf(dataset));
  };

  const openDataset = async (dataset: DatasetRef): Promise<FileHandle> => {
    try {
      return await openFolder(folderOf(dataset));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await ensure(dataset);
      return openFolder(folderOf(dataset));
    }
  };

  /** Does something with a path's last name in the folder that holds it. */
  const inParent = async <T>(
    dataset: DatasetRef,
    names: readonly string[],
    missing: ((path: string) => Promise<void>) | undefined,
    act: (parent: FileHandle, name: string) => Promise<T>
  ): Promise<T> => {
    const parent = await descend(await openDataset(dataset), names.slice(0, -1), missing);
    try {
      return await act(parent, names.at(-1) ?? '');
    } finally {
      await parent.close();
    }
  };

  const openFile = async (parent: FileHandle, name: string): Promise<OpenFile> => {
    const place = await hold(parent, name);
    let file: FileHandle;
    try {
      if (!(await place.stat()).isFile()) throw notAFile(name);
      file = await open(held(place), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw told(error, name);
    } finally {
      await place.close();
    }
    const stats = await file.stat();
    return {
      entry: entryOf(name, stats),
      tag: [stats.ino, stats.size, stats.mtimeMs].map(n => n.toString(36)).join('-'),
      read: ({ start, end }) =>
        end < start ? empty(file) : file.createReadStream({ start, end, highWaterMark: 256 * 1024 }),
      close: () => file.close()
    };
  };

  const refuseOther = async (parent: FileHandle, name: string): Promise<number | null> => {
    const there = await look(parent, name);
    if (there && !there.isFile()) throw notAFile(name);
    return there?.size ?? null;
  };

  const placeIn =
    (from: string, admit?: (replaced: number | null) => Promise<void>) =>
    async (parent: FileHandle, name: string): Promise<FileEntry> => {
      await admit?.(await refuseOther(parent, name));
      const placed = await lstat(from);
      try {
        await rename(from, within(parent, name));
      } catch (error) {
        throw codeOf(error) === 'EISDIR' ? notAFile(name) : told(error, name);
      }
      await settle(parent);
      return entryOf(name, placed);
    };

  return {
    ensure,
    folderOf,
    sweep: () => incoming.sweep(),

    async discard(project) {
      // No project's name begins with a dot, and none is given twice.
      const trash = join(root, '.trash');
      await mkdir(trash, { recursive: true, mode: 0o700 });
      await rename(join(root, project), join(trash, project)).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    },

    async list(dataset, path) {
      const names = path === '' ? [] : namesIn(path);
      const folder = await descend(await openDataset(dataset), names);
      try {
        return await entriesIn(folder);
      } finally {
        await folder.close();
      }
    },

    exists: async (dataset, path) =>
      inParent(
        dataset,
        namesIn(path),
        undefined,
        async (parent, name) => (await look(parent, name)) !== undefined
      ).catch((error: unknown) => {
        if (codeOf(error) === 'file.unknown') return false;
        throw error;
      }),

    open: async (dataset, path) => inParent(dataset, namesIn(path), undefined, openFile),

    async receive(dataset, path, source, limit) {
      const names = namesOfNew(path);
      // Refused before anything is taken in where that is known already; folders are made only at the end.
      await inParent(dataset, names, undefined, refuseOther).catch((error: unknown) => {
        if (codeOf(error) !== 'file.unknown') throw error;
      });
      const { path: from, size } = await incoming.take(source, limit);
      return {
        size,
        place: admit => inParent(dataset, names, make, placeIn(from, admit)),
        discard: () => rm(from, { force: true })
      };
    },

    remove: async (dataset, path) =>
      inParent(dataset, namesIn(path), undefined, async (parent, name) => {
        const there = await look(parent, name);
        if (!there) throw unknown(name);
        if (!there.isFile()) throw notAFile(name);
        try {
          await unlink(within(parent, name));
        } catch (error) {
          throw codeOf(error) === 'EISDIR' ? notAFile(name) : told(error, name);
        }
        return there.size;
      }),

    measure: dataset => measure(folderOf(dataset))
  };
};

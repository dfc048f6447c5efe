import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { heldFile } from '../../platform/handed-file.js';
import type {
  DatasetRef,
  FileEntry,
  FileStore,
  OpenFile,
  Received,
  Replaced
} from '../../ports/file-store.js';
import { createBatches } from './filestore.batches.js';
import { measure, walk } from './filestore.find.js';
import { createIncoming } from './filestore.incoming.js';
import { entriesIn, entryOf } from './filestore.list.js';
import { linkNew, move, settle, type Spot } from './filestore.move.js';
import { createOutgoing } from './filestore.outgoing.js';
import { namesIn, namesOfNew } from './filestore.path.js';
import { remove } from './filestore.remove.js';
import { createResumable } from './filestore.resumable.js';
import { createStaging } from './filestore.staging.js';
import { createTrashFolder } from './filestore.trash.js';
import {
  codeOf,
  descend,
  exists,
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

const stretch = 512 * 1024;

/** What lies between two bytes, of a file that stays open: Node’s own stream closes what it reads. */
async function* stretches(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at <= end;) {
    const length = Math.min(stretch, end - at + 1);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

const empty = (file: FileHandle): Readable => {
  const nothing = Readable.from([]);
  nothing.once('close', () => void file.close());
  return nothing;
};

/** Files of datasets in folders of this machine. Linux only: names are resolved one by one, through `/proc/self/fd`. */
export const createLocalFileStore = ({ root, owner }: LocalFileStoreOptions): FileStore => {
  // No project's name begins with a dot.
  const incoming = createIncoming(join(root, '.incoming'), owner);
  const resumable = createResumable(join(root, '.incoming'), owner);
  const outgoing = createOutgoing(join(root, '.outgoing'));
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

  const openHandle = async (parent: FileHandle, name: string): Promise<FileHandle> => {
    const place = await hold(parent, name);
    try {
      if (!(await place.stat()).isFile()) throw notAFile(name);
      return await open(held(place), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw told(error, name);
    } finally {
      await place.close();
    }
  };

  const openFile = async (parent: FileHandle, name: string, path: string): Promise<OpenFile> => {
    const file = await openHandle(parent, name);
    const stats = await file.stat();
    const held = await heldFile(file);
    return {
      entry: entryOf(name, stats),
      where: { path, identity: held.identity, held: held.path },
      read: ({ start, end, keep = false }) => {
        if (keep) return Readable.from(stretches(file, start, end), { objectMode: false });
        return end < start ? empty(file) : file.createReadStream({ start, end, highWaterMark: stretch });
      },
      close: () => file.close()
    };
  };

  const refuseOther = async (parent: FileHandle, name: string): Promise<Replaced> => {
    const there = await look(parent, name);
    if (there && !there.isFile()) throw notAFile(name);
    return there ? entryOf(name, there) : null;
  };

  const placeIn =
    (from: string, { admit, onlyNew = false }: Parameters<Received['place']>[0] = {}) =>
    async (parent: FileHandle, name: string): Promise<FileEntry> => {
      await admit?.(await refuseOther(parent, name));
      const placed = await lstat(from);
      try {
        if (onlyNew) await linkNew(from, { folder: parent, name });
        else await rename(from, within(parent, name));
      } catch (error) {
        throw codeOf(error) === 'EISDIR' ? notAFile(name) : told(error, name);
      }
      await settle(parent);
      return entryOf(name, placed);
    };

  /** Refuses before anything is taken in what is known already; folders are made only at the end. */
  const placeable = async (dataset: DatasetRef, names: readonly string[]): Promise<void> => {
    await inParent(dataset, names, undefined, refuseOther).catch((error: unknown) => {
      if (codeOf(error) !== 'file.unknown') throw error;
    });
  };

  const arrived = (dataset: DatasetRef, names: readonly string[], from: string, size: number): Received => ({
    size,
    place: how => inParent(dataset, names, make, placeIn(from, how)),
    discard: () => rm(from, { force: true })
  });

  const openIn = async (dataset: DatasetRef, path: string): Promise<FileHandle> => {
    const names = path === '' ? [] : namesIn(path);
    return descend(await openDataset(dataset), names);
  };

  const inFolder = async <T>(
    dataset: DatasetRef,
    path: string,
    act: (folder: FileHandle) => Promise<T>
  ): Promise<T> => {
    const folder = await openIn(dataset, path);
    try {
      return await act(folder);
    } finally {
      await folder.close();
    }
  };

  const at = <T>(dataset: DatasetRef, path: string, making: boolean, act: (spot: Spot) => Promise<T>) =>
    inParent(dataset, making ? namesOfNew(path) : namesIn(path), making ? make : undefined, (folder, name) =>
      act({ folder, name })
    );
  const deleted = join(root, '.deleted');
  const staging = createStaging(join(root, '.staging'), owner, {
    outgoing,
    at,
    openFile: (dataset, path) => inParent(dataset, namesIn(path), undefined, openHandle)
  });
  const batches = createBatches(join(root, '.batches'), owner, {
    ...{ outgoing, openDataset, folderOf },
    placeable: async (dataset, names) => {
      await descend(await openDataset(dataset), names).then(
        folder => folder.close(),
        (error: unknown) => {
          if (codeOf(error) !== 'file.unknown') throw error;
        }
      );
    }
  });

  return {
    ensure,
    folderOf,
    trash: createTrashFolder(deleted, { outgoing, at }),
    stage: () => staging.stage(),
    batches,
    incoming: {
      ...resumable,
      async begin(id, dataset, path) {
        await placeable(dataset, namesOfNew(path));
        await resumable.begin(id);
      },
      async complete(id, dataset, path) {
        const { path: from, size, tag } = await resumable.complete(id);
        return { tag, ...arrived(dataset, namesOfNew(path), from, size) };
      }
    },
    async sweep(kept = new Set()) {
      await incoming.sweep(kept);
      await outgoing.sweep();
      await staging.sweep();
    },

    async discard(project) {
      // No project's name begins with a dot, and none is given twice.
      const trash = join(root, '.trash');
      await mkdir(trash, { recursive: true, mode: 0o700 });
      const away = (from: string, to: string) =>
        rename(from, join(trash, to)).catch((error: unknown) => {
          if (codeOf(error) !== 'ENOENT') throw error;
        });
      await away(join(root, project), project);
      // Nor has one a dot anywhere else.
      await away(join(deleted, project), `${project}.deleted`);
    },

    list: (dataset, path, page) => inFolder(dataset, path, folder => entriesIn(folder, page)),

    entry: async (dataset, path) =>
      path === ''
        ? inFolder(dataset, '', async folder => entryOf(dataset.dataset, await folder.stat()))
        : inParent(dataset, namesIn(path), undefined, async (parent, name) => {
            const there = await look(parent, name);
            if (!there) throw unknown(name);
            return entryOf(name, there);
          }),

    async *walk(dataset, path) {
      const folder = await openIn(dataset, path);
      try {
        yield* walk(folder);
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

    open: async (dataset, path) =>
      inParent(dataset, namesIn(path), undefined, (parent, name) =>
        openFile(parent, name, join(folderOf(dataset), path))
      ),

    async receive(dataset, path, source, limit) {
      const names = namesOfNew(path);
      await placeable(dataset, names);
      const { path: from, size } = await incoming.take(source, limit);
      return arrived(dataset, names, from, size);
    },

    makeFolder: async (dataset, path) =>
      inParent(dataset, namesOfNew(path), make, async (parent, name) => {
        const there = await look(parent, name);
        if (!there)
          await make(within(parent, name)).catch((error: unknown) => {
            throw told(error, name);
          });
        const now = there ?? (await look(parent, name));
        if (!now?.isDirectory()) throw exists(name);
        if (!there) await settle(parent);
        return { entry: entryOf(name, now), made: !there };
      }),

    move: async (from, path, to, as) => {
      const names = namesOfNew(as);
      return inParent(from, namesIn(path), undefined, async (folder, name) =>
        inParent(to, names, undefined, (place, called) =>
          move({ folder, name }, { folder: place, name: called })
        )
      );
    },

    remove: async (dataset, path, recursive = false) => {
      const names = namesIn(path);
      const again = <T>(act: (spot: Spot) => Promise<T>) =>
        inParent(dataset, names, undefined, (folder, name) => act({ folder, name }));
      return again(spot =>
        remove(spot, recursive, {
          outgoing,
          putBack: from => again(to => outgoing.putBack(from, to)),
          makeAgain: () => again(({ folder, name }) => make(within(folder, name)))
        })
      );
    },

    measure: (dataset, signal) => measure(folderOf(dataset), signal)
  };
};

import { mkdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileTrash } from '../../ports/file-trash.js';
import { walk } from './filestore.find.js';
import { entryOf } from './filestore.list.js';
import { move, settle, type Spot } from './filestore.move.js';
import type { Outgoing } from './filestore.outgoing.js';
import { codeOf, look, notAFile, openFolder, told, unknown, within } from './filestore.walk.js';

interface Ways {
  readonly outgoing: Outgoing;
  /** Does something with the last name of a path in a dataset; `making` makes the folders above it. */
  readonly at: <T>(
    dataset: Parameters<FileTrash['take']>[0],
    path: string,
    making: boolean,
    act: (spot: Spot) => Promise<T>
  ) => Promise<T>;
}

const onlyOurs = 0o700;

/** What can be brought back, `<project>/<id>` in a folder that no sandbox sees, on the datasets' file system. */
export const createTrashFolder = (folder: string, { outgoing, at }: Ways): FileTrash => {
  /** Does something in the folder of a project's trash, where there is one. */
  const inTrash = async <T>(project: string, act: (kept: FileHandle) => Promise<T>, none: () => T) => {
    let kept: FileHandle;
    try {
      kept = await openFolder(join(folder, project));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return none();
      throw error;
    }
    try {
      return await act(kept);
    } finally {
      await kept.close();
    }
  };

  /** Whether a restoring that was cut short had given it its name already: a file may have two for an instant. */
  const isThere = async (kept: FileHandle, id: string, to: Spot): Promise<boolean> => {
    const [one, other] = [await look(kept, id), await look(to.folder, to.name)];
    return one !== undefined && other?.isFile() === true && one.ino === other.ino && one.dev === other.dev;
  };

  return {
    take: (from, path, id) =>
      at(from, path, false, async ({ folder: parent, name }) => {
        const there = await look(parent, name);
        if (!there) throw unknown(name);
        if (!there.isFile() && !there.isDirectory()) throw notAFile(name);
        const into = join(folder, from.project);
        await mkdir(into, { recursive: true, mode: onlyOurs });
        try {
          await rename(within(parent, name), join(into, id));
        } catch (error) {
          throw codeOf(error) === 'ENOENT' ? unknown(name) : told(error, name);
        }
        const kept = await openFolder(into);
        await settle(kept).finally(() => kept.close());
        await settle(parent);
      }),

    entry: (project, id) =>
      inTrash(
        project,
        async kept => {
          const there = await look(kept, id);
          return there && entryOf(id, there);
        },
        () => undefined
      ),

    async *walk(project, id) {
      const kept = await openFolder(join(folder, project, id)).catch((error: unknown) => {
        if (['ENOTDIR', 'ENOENT', 'ELOOP'].includes(codeOf(error))) return undefined;
        throw error;
      });
      try {
        if (kept) yield* walk(kept);
      } finally {
        await kept?.close();
      }
    },

    restore: (project, id, to, path) =>
      inTrash(
        project,
        async kept => {
          if (!(await look(kept, id))) throw unknown(id);
          await at(to, path, true, async spot => {
            if (await isThere(kept, id, spot)) await unlink(within(kept, id));
            else await move({ folder: kept, name: id }, spot);
          });
        },
        () => {
          throw unknown(id);
        }
      ),

    discard: (project, id) =>
      inTrash(
        project,
        async kept => {
          if (!(await look(kept, id))) return;
          const { path } = await outgoing.take({ folder: kept, name: id });
          await outgoing.clear(path);
        },
        () => undefined
      )
  };
};

import { open } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FileBatch } from '../../ports/file-batches.js';
import { append } from './filestore.append.js';
import { fileMode } from './filestore.incoming.js';
import { namesOfNew } from './filestore.path.js';
import { told, type Owner } from './filestore.walk.js';
import { WritingFailed, type createWriting } from './filestore.writing.js';

interface Ways {
  readonly write: ReturnType<typeof createWriting>;
  readonly owner: Owner | undefined;
}

/** Makes what a batch brings, below a folder of a tree that nobody else reaches. */
export const createTree = (
  tree: string,
  folder: string,
  { write, owner }: Ways
): Pick<FileBatch, 'takeIn' | 'file'> => {
  const known = new Set<string>();
  let written = Promise.resolve();

  const namesAt = (path: string) => namesOfNew(folder === '' ? path : `${folder}/${path}`);

  /** Those on the way to a name, and it itself, that are not made yet. */
  const missing = (names: readonly string[]): string[] => {
    const found = [];
    for (let depth = names.length; depth > 0; depth--) {
      const path = names.slice(0, depth).join('/');
      if (known.has(path)) break;
      known.add(path);
      found.unshift(join(tree, path));
    }
    return found;
  };

  /** One after the other, so that a folder is there for whoever comes later. */
  const inTurn = (wanted: Parameters<typeof write>[0]): Promise<void> => {
    const done = written.then(() => write(wanted));
    done.catch(() => undefined);
    written = done;
    return done.catch((error: unknown) => {
      throw error instanceof WritingFailed ? told(error.cause, relative(tree, error.path)) : error;
    });
  };

  return {
    async takeIn({ folders, files }) {
      const made = folders.flatMap(path => missing(namesAt(path)));
      const placed = files.map(({ path, content }) => {
        const names = namesAt(path);
        made.push(...missing(names.slice(0, -1)));
        return { path: join(tree, ...names), content };
      });
      await inTurn({ folders: made, files: placed });
    },

    async file(path, source) {
      const names = namesAt(path);
      await inTurn({ folders: missing(names.slice(0, -1)), files: [] });
      try {
        const file = await open(join(tree, ...names), 'wx', 0o600);
        try {
          const size = await append(file, 0, source);
          await file.chmod(fileMode);
          if (owner) await file.chown(owner.uid, owner.gid);
          return size;
        } finally {
          await file.close();
        }
      } catch (error) {
        throw told(error, path);
      }
    }
  };
};

import { constants } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, type FileHandle } from 'node:fs/promises';
import { problem } from '../../platform/problem.js';

/** The unprivileged identity that sandboxes have; folders and files are given to it where we are root. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

// Linux’s O_PATH, which Node does not name: a hold on a place in the tree, without opening what is there.
const O_PATH = 0o10000000;
const folderFlags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
export const folderMode = 0o770;
const blockSize = 512;

/** What a file takes of the disk: holes are not counted. */
export const bytesOf = (size: number, blocks: number): number => Math.min(size, blocks * blockSize);

/** The address of a name in a folder held open; what is above it cannot be exchanged any more. */
export const within = (folder: FileHandle, name: string): string => `/proc/self/fd/${folder.fd}/${name}`;

/** The address of what is held open itself. */
export const held = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`;

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

export const shown = (name: string): string => JSON.stringify(name.slice(0, 200));

export const unknown = (name: string) => problem('file.unknown', `There is no ${shown(name)} there.`);

export const notAFile = (name: string) =>
  problem(
    'file.not-a-file',
    `${shown(name)} is not a file but a folder, a link or something else; choose another name.`
  );

export const exists = (name: string) =>
  problem('file.exists', `There is something called ${shown(name)} already; choose another name.`);

/** What the file system's refusal means for the person; `name` is the part of the path it is about. */
export const told = (error: unknown, name: string): unknown => {
  switch (codeOf(error)) {
    case 'ENOENT':
      return unknown(name);
    case 'ELOOP':
      return problem('file.path', `${shown(name)} is a link; links are not followed here.`);
    case 'ENOTDIR':
      return problem(
        'file.path',
        `${shown(name)} is not a folder, or it is a link; links are not followed here.`
      );
    case 'EACCES':
    case 'EPERM':
      return problem(
        'access.denied',
        `The mode of ${shown(name)} does not let the platform in; its owner can change it.`
      );
    case 'ENAMETOOLONG':
      return problem('file.path', `${shown(name)} is too long.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return problem(
        'service.unavailable',
        'There is no space left for files; an administrator can make some.',
        {
          cause: error
        }
      );
    default:
      return error;
  }
};

export const openFolder = (path: string | Buffer): Promise<FileHandle> => open(path, folderFlags);

/** Holds whatever is at a name: never follows a link, never waits for a FIFO, never wakes a device. */
export const hold = async (folder: FileHandle, name: string): Promise<FileHandle> => {
  try {
    return await open(within(folder, name), O_PATH | constants.O_NOFOLLOW);
  } catch (error) {
    throw told(error, name);
  }
};

/** Makes a folder for the sandboxes' identity. What is chowned is what is held, so nothing can be slipped in. */
export const makeFolder = async (
  path: string,
  owner: Owner | undefined,
  mode = folderMode
): Promise<void> => {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw error;
  }
  const made = await openFolder(path);
  try {
    await chmod(held(made), mode);
    if (owner) await chown(held(made), owner.uid, owner.gid);
  } finally {
    await made.close();
  }
};

const step = async (
  here: FileHandle,
  name: string,
  make?: (path: string) => Promise<void>
): Promise<FileHandle> => {
  const path = within(here, name);
  try {
    try {
      return await openFolder(path);
    } catch (error) {
      if (!make || codeOf(error) !== 'ENOENT') throw error;
      await make(path);
      return await openFolder(path);
    }
  } catch (error) {
    throw told(error, name);
  }
};

/** Goes down from a folder, name by name, and lets it go; `make` makes folders that are missing. */
export const descend = async (
  from: FileHandle,
  names: readonly string[],
  make?: (path: string) => Promise<void>
): Promise<FileHandle> => {
  let here = from;
  for (const name of names) {
    const above = here;
    try {
      here = await step(above, name, make);
    } finally {
      await above.close();
    }
  }
  return here;
};

/** What is at a name, itself; undefined where nothing is. */
export const look = async (folder: FileHandle, name: string) => {
  try {
    return await lstat(within(folder, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw told(error, name);
  }
};

import type { Readable } from 'node:stream';
import type { Filling } from '../platform/handed-file.js';
import type { FileBatches } from './file-batches.js';
import type { DatasetRef, FileEntry, FoundFile } from './file-entry.js';
import type { Staged } from './file-staging.js';
import type { FileTrash } from './file-trash.js';

export type { DatasetRef, FileEntry, FoundFile };

/** A part of a folder, by name. */
export interface FilePage {
  readonly limit: number;
  /** What the page before it answered as `next`. */
  readonly after?: string | undefined;
  /** Part of the name, in whatever case. */
  readonly q?: string | undefined;
}

/** A file held open: what is read is one and the same file, whatever happens to its name. */
export interface OpenFile {
  readonly entry: FileEntry;
  /**
   * Where it lay when it was opened, for whoever mounts it and then looks whether it is the one: `identity` is no
   * other file's of the machine while this one is held. `held` leads to this very file, whatever has become of its
   * name, for the platform's other processes while it is held.
   */
  readonly where: { readonly path: string; readonly identity: string; readonly held: string };
  /** Its bytes from `start` to `end`, both included; ends the hold when read or destroyed, unless that is to be kept. */
  read(range: { readonly start: number; readonly end: number; readonly keep?: boolean }): Readable;
  close(): Promise<void>;
}

/** An upload that has arrived whole and waits, unseen, for its place. */
export interface Received {
  readonly size: number;
  /**
   * Puts it in its place at once, instead of a file that was there; folders on the way are made. `admit` hears before
   * what is replaced, and may throw; what a program writes there in that instant is replaced too. With `onlyNew` nothing is ever replaced (`file.exists`), whoever is at it.
   */
  place(how?: { readonly admit?: Admit; readonly onlyNew?: boolean }): Promise<FileEntry>;
  discard(): Promise<void>;
}

/** A file that is about to be replaced; null: there is none. */
export type Replaced = Pick<FileEntry, 'bytes' | 'tag'> | null;
export type Admit = (replaced: Replaced) => Promise<void>;

/** Bytes as they come, in whatever pieces. */
export type Bytes = AsyncIterable<Buffer>;

/**
 * Uploads that come in parts, unseen, and outlive the server: whoever begins one names it by an id that is nobody
 * else's, and remembers it (`FileStore.sweep`). What is there of it is always a beginning of what was sent, in one
 * piece. Two calls for the same id are the caller's to keep apart.
 */
export interface IncomingUploads {
  /** Begins one with nothing in it; throws `file.path` or `file.not-a-file` where it could not be placed. */
  begin(id: string, dataset: DatasetRef, path: string): Promise<void>;
  /** How many bytes of it outlive a power cut from now on; undefined where there is none. */
  offset(id: string): Promise<number | undefined>;
  /**
   * Puts bytes at its end, which is `offset`. Of a source that fails what has come is kept. Throws
   * `service.unavailable` where there is no space left.
   */
  append(id: string, offset: number, source: Bytes): Promise<void>;
  /** Lets go of what is beyond an offset. */
  cut(id: string, offset: number): Promise<void>;
  /** What has come. */
  read(id: string): Bytes;
  /** Takes it as whole; `tag` is the one that its file has once it is placed. */
  complete(id: string, dataset: DatasetRef, path: string): Promise<Received & { readonly tag: string }>;
  /** Frees its space; one that is not there is no fault. */
  discard(id: string): Promise<void>;
}

/** What was taken away, at once and whole: nobody reaches it by a name any more. */
export interface Removed {
  readonly bytes: number;
  readonly files: number;
  /** Frees its space. */
  discard(): Promise<void>;
  /** Brings it back to its place, unless something else has come there. */
  putBack(): Promise<void>;
}

/**
 * The files of datasets. Paths are relative to the dataset, components with slashes between them; every call throws
 * problems: `file.path` (a path that is never allowed, or that leads over a link), `file.unknown`,
 * `file.not-a-file`, `file.exists`, `access.denied` (the file's own mode). Whoever can write in a dataset is taken for hostile:
 * nothing ever leads out of the dataset, waits for a FIFO, or opens a device.
 */
export interface FileStore {
  /** Makes the dataset's folder; idempotent. */
  ensure(dataset: DatasetRef): Promise<void>;
  /** The absolute folder of a dataset on this machine, to be mounted into a sandbox. */
  folderOf(dataset: DatasetRef): string;
  /** What the folder holds, by the bytes of the names; an empty path is the dataset itself. */
  list(
    dataset: DatasetRef,
    path: string,
    page: FilePage
  ): Promise<{ readonly entries: FileEntry[]; readonly next: string | null }>;
  /** What is at a path, links not followed; an empty path is the dataset itself. */
  entry(dataset: DatasetRef, path: string): Promise<FileEntry>;
  /** Everything below a folder, links not followed, while others go on changing it. */
  walk(dataset: DatasetRef, path: string): AsyncIterable<FoundFile>;
  exists(dataset: DatasetRef, path: string): Promise<boolean>;
  open(dataset: DatasetRef, path: string): Promise<OpenFile>;
  /**
   * Takes at most `limit` bytes (`request.too-large`); a source that fails leaves nothing behind. One that writes by
   * itself is told where, and is done when it has closed the file.
   */
  receive(dataset: DatasetRef, path: string, source: Readable | Filling, limit: number): Promise<Received>;
  /** Uploads that come in parts. */
  readonly incoming: IncomingUploads;
  /** Makes a folder and those above it; `made` is false where it was there already. */
  makeFolder(
    dataset: DatasetRef,
    path: string
  ): Promise<{ readonly entry: FileEntry; readonly made: boolean }>;
  /**
   * Moves a file or folder to a name in a folder that is there, and replaces nothing (`file.exists`); into itself a
   * folder is not moved (`file.path`).
   */
  move(from: DatasetRef, path: string, to: DatasetRef, as: string): Promise<FileEntry>;
  /** Takes away a file or a folder; a folder that holds something only where `recursive` (`file.folder-not-empty`). */
  remove(dataset: DatasetRef, path: string, recursive?: boolean): Promise<Removed>;
  /**
   * Bytes and number of all files of a dataset, while others go on changing them; costs a walk, of which the platform
   * feels little. Rejects where the signal ends it.
   */
  measure(
    dataset: DatasetRef,
    signal?: AbortSignal
  ): Promise<{ readonly bytes: number; readonly files: number }>;
  /** What was deleted and can be brought back. */
  readonly trash: FileTrash;
  /** Many files that arrive together. */
  readonly batches: FileBatches;
  /** Begins something that is made unseen. */
  stage(): Promise<Staged>;
  /**
   * Takes all that is a project's out of sandboxes' and everybody's reach, into the trash, where the operator finds
   * it. A project of which nothing is there is no fault.
   */
  discard(project: string): Promise<void>;
  /** Removes what uploads and removals that never ended have left, but for incoming uploads with these ids; only while none is under way. */
  sweep(kept?: ReadonlySet<string>): Promise<void>;
}

import type { Readable } from 'node:stream';

/** Where a dataset's files are. */
export interface DatasetRef {
  readonly project: string;
  readonly dataset: string;
}

export interface FileEntry {
  readonly name: string;
  /** `other`: a link, a FIFO, a socket, a device, or a name that is not UTF-8. */
  readonly kind: 'file' | 'folder' | 'other';
  /** In bytes; 0 for what is not a file. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/** A file held open: what is read is one and the same file, whatever happens to its name. */
export interface OpenFile {
  readonly entry: FileEntry;
  /** Changes with the file's content. */
  readonly tag: string;
  /** Its bytes from `start` to `end`, both included; ends the hold when read or destroyed. */
  read(range: { readonly start: number; readonly end: number }): Readable;
  close(): Promise<void>;
}

/** An upload that has arrived whole and waits, unseen, for its place. */
export interface Received {
  readonly size: number;
  /**
   * Puts it in its place at once, instead of a file that was there; folders on the way are made. `admit` hears before
   * how many bytes the file has that is replaced (null: there is none), and may throw.
   */
  place(admit?: (replaced: number | null) => Promise<void>): Promise<FileEntry>;
  discard(): Promise<void>;
}

/**
 * The files of datasets. Paths are relative to the dataset, components with slashes between them; every call throws
 * problems: `file.path` (a path that is never allowed, or that leads over a link), `file.unknown`,
 * `file.not-a-file`, `access.denied` (the file's own mode). Whoever can write in a dataset is taken for hostile:
 * nothing ever leads out of the dataset, waits for a FIFO, or opens a device.
 */
export interface FileStore {
  /** Makes the dataset's folder; idempotent. */
  ensure(dataset: DatasetRef): Promise<void>;
  /** The absolute folder of a dataset on this machine, to be mounted into a sandbox. */
  folderOf(dataset: DatasetRef): string;
  /** What the folder holds, by name; an empty path is the dataset itself. */
  list(dataset: DatasetRef, path: string): Promise<FileEntry[]>;
  exists(dataset: DatasetRef, path: string): Promise<boolean>;
  open(dataset: DatasetRef, path: string): Promise<OpenFile>;
  /** Takes at most `limit` bytes (`request.too-large`); a source that fails leaves nothing behind. */
  receive(dataset: DatasetRef, path: string, source: Readable, limit: number): Promise<Received>;
  /** Answers how many bytes it had. */
  remove(dataset: DatasetRef, path: string): Promise<number>;
  /** Bytes and number of all files of a dataset, while others go on changing them. */
  measure(dataset: DatasetRef): Promise<{ readonly bytes: number; readonly files: number }>;
  /**
   * Takes all that is a project's out of sandboxes' and everybody's reach, into the trash, where the operator finds
   * it. A project of which nothing is there is no fault.
   */
  discard(project: string): Promise<void>;
  /** Removes what uploads that never ended have left; only while none is under way. */
  sweep(): Promise<void>;
}

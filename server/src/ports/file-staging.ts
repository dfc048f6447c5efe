import type { Readable } from 'node:stream';
import type { DatasetRef, FileEntry } from './file-entry.js';

/**
 * A file or folder that is being made where nobody sees it, and appears in a dataset at once or not at all. Paths are
 * relative to it; an empty one is it itself. It is one caller’s alone.
 */
export interface Staged {
  folder(path: string): Promise<void>;
  /** Takes a new file in, in a folder that was made; at most `limit` bytes. Answers how many. */
  file(path: string, source: Readable, limit: number): Promise<number>;
  /** Copies a file of a dataset without reading it, where the file system can share its blocks; answers whether it could. */
  clone(path: string, from: DatasetRef, its: string): Promise<boolean>;
  /** Puts it in its place; folders on the way are made, nothing is ever replaced (`file.exists`). */
  place(dataset: DatasetRef, as: string): Promise<FileEntry>;
  discard(): Promise<void>;
}

import type { DatasetRef, FileEntry, FoundFile } from './file-entry.js';

/**
 * What was deleted from the datasets of a project and can be brought back, each by an id that the caller chose. It lies
 * where no sandbox reaches it, and is moved there and back at once and whole. Each call can be made again by who does
 * not know whether it was done: a process may die at any moment.
 */
export interface FileTrash {
  /** Takes a file or folder out of its dataset. */
  take(from: DatasetRef, path: string, id: string): Promise<void>;
  /** What is kept under an id; undefined where nothing is. */
  entry(project: string, id: string): Promise<FileEntry | undefined>;
  /** Everything in a folder that is kept, by its path in there, links not followed; of a file nothing. */
  walk(project: string, id: string): AsyncIterable<FoundFile>;
  /** Brings it to a name that is free (`file.exists`), folders above it made. */
  restore(project: string, id: string, to: DatasetRef, as: string): Promise<void>;
  /** Removes it for good; nothing under that id is no fault. */
  discard(project: string, id: string): Promise<void>;
}

import type { DatasetRef } from './file-entry.js';

/** Where a batch goes; an empty folder is the dataset itself. */
export interface BatchPlace {
  readonly dataset: DatasetRef;
  readonly folder: string;
}

/** A file that is held in memory. */
export interface SmallFile {
  readonly path: string;
  readonly content: readonly Buffer[];
}

/**
 * Many files that arrive together, unseen until all of them are there. Paths are relative to the batch's folder;
 * folders on the way to others are made, and each file is given once.
 */
export interface FileBatch {
  /** Takes several in at once, which costs each of them less. */
  takeIn(some: { readonly folders: readonly string[]; readonly files: readonly SmallFile[] }): Promise<void>;
  /** Takes a file in while it comes; answers its bytes. */
  file(path: string, source: AsyncIterable<Buffer>): Promise<number>;
  /** All that was taken in outlives a power cut from now on. */
  settle(): Promise<void>;
  /**
   * Puts all of it in its place. Folders that are there are merged into, nothing is ever replaced: `file.exists` names
   * the first thing that is in the way, and nothing is changed. Until `discard` the caller may change their mind.
   */
  place(): Promise<void>;
  /** Takes back what was placed. */
  takeBack(): Promise<void>;
  /** Frees what has no place; what was placed is accepted thereby. */
  discard(): Promise<void>;
}

export interface FileBatches {
  /** Throws `file.path` where there is no such place. */
  begin(id: string, into: BatchPlace): Promise<FileBatch>;
  /**
   * Frees what a server that died has left, and takes back what it was placing, unless that was accepted; only while
   * no batch is under way.
   */
  recover(isAccepted: (id: string, into: BatchPlace) => Promise<boolean>): Promise<void>;
}

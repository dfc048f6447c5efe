/** Where a dataset's files are. */
export interface DatasetRef {
  readonly project: string;
  readonly dataset: string;
}

export interface FileEntry {
  readonly name: string;
  /** `other`: a link, a FIFO, a socket, a device, or a name that is not UTF-8. */
  readonly kind: 'file' | 'folder' | 'other';
  /** Its length in bytes; 0 for what is not a file. */
  readonly size: number;
  /** What it takes of the disk: holes are not counted. */
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Changes with a file's content; empty for what is not a file. */
  readonly tag: string;
}

/** What lies somewhere below a folder. */
export interface FoundFile {
  /** Below the folder; bytes that are not UTF-8 are replaced. */
  readonly path: string;
  readonly kind: FileEntry['kind'];
  /** Its length, and what it takes of the disk; 0 for what is not a file. */
  readonly size: number;
  readonly bytes: number;
}

import type { DatasetRef, Received } from './file-store.js';

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

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { RandomAccessReader } from 'yauzl';
import type { OpenFile } from '../../ports/file-store.js';
import { notSound } from './unzip.refusal.js';

/** What the list of an honest file has: 100,000 names of 250 bytes, and what is said of each. */
const longestList = 2 ** 25;
/** Name, extra field and comment of one entry: a path can have 4096 bytes. */
const longestEntry = 2 ** 13;
/** The list is read in pieces of so many bytes, which are many entries. */
const ahead = 2 ** 18;

/**
 * Reads a zip file for what takes it apart. Of its list no more is handed on than an honest one has: what takes it apart
 * makes thousands of objects of an entry that says so.
 */
export class ZipReader extends RandomAccessReader {
  private readonly file: OpenFile;
  private piece: Buffer = Buffer.alloc(0);
  private pieceAt = 0;
  private listing = false;
  /** Bytes of the list that were handed on. */
  listed = 0;

  constructor(file: OpenFile) {
    super();
    this.file = file;
  }

  /** From now on what is read is the list, until it is told that it has ended. */
  list(goesOn: boolean): void {
    this.listing = goesOn;
    this.piece = Buffer.alloc(0);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.file.read({ start, end: end - 1, keep: true });
  }

  override read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void
  ): void {
    this.take(length, position).then(
      bytes => {
        bytes.copy(into, offset);
        done(null);
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error('not read', { cause: error }));
      }
    );
  }

  override close(done: (error: Error | null) => void): void {
    done(null);
  }

  private async take(length: number, position: number): Promise<Buffer> {
    const { size } = this.file.entry;
    if (!(position >= 0 && position + length <= size)) throw new Error('it ends before what it tells of');
    if (this.listing) this.count(length);
    if (position < this.pieceAt || position + length > this.pieceAt + this.piece.length) {
      const end = this.listing ? Math.min(size, position + Math.max(length, ahead)) : position + length;
      this.piece = await buffer(this._readStreamForRange(position, end));
      this.pieceAt = position;
    }
    const from = position - this.pieceAt;
    if (this.piece.length < from + length) throw new Error('it was cut while it was read');
    return this.piece.subarray(from, from + length);
  }

  private count(length: number): void {
    this.listed += length;
    if (length > longestEntry)
      throw notSound('a name, an extra field or a comment in it is longer than any honest one.');
    if (this.listed > longestList)
      throw notSound('the list of what it holds is too long; unpack it from a notebook.');
  }
}

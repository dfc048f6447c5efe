import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { ProblemError } from '../../platform/problem.js';
import type { OpenFile } from '../../ports/file-store.js';
import { forgetting } from './archive.forget.js';
import type { Taken } from './files.gather.js';

/** What is compressed already, or hardly ever gets smaller. */
const dense =
  /\.(7z|avif|avro|br|bz2|docx|gif|gz|h5|jar|jpe?g|mp[34]|npz|orc|parquet|pdf|png|pptx|rar|webp|whl|xlsx|xz|zip|zst)$/i;
/** From here on sizes are written in 64 bits. */
const large = 0xf000_0000;
/** The last entry of an archive that has not all that was asked for. */
export const leftOutName = 'LEFT OUT OF THIS ARCHIVE.txt';

export interface Packing {
  readonly open: (item: Taken) => Promise<OpenFile>;
  /** Whether what is gone by now is named in a last entry; else it ends the archive with the error. */
  readonly nameMissing: boolean;
  readonly onBytes?: (bytes: number) => void;
  readonly onLeftOut?: () => void;
}

/** Names that other programs would take for something else. */
const isPlain = (name: string): boolean => !/[\\\0]|^[a-zA-Z]:|\uFFFD/.test(name);

/** Hands a stream on and forgets it: what packs remembers all that it has packed until its end. */
const once = (source: Readable) => {
  let given: Readable | undefined = source;
  return (give: (error: unknown, source: Readable) => void): void => {
    const one = given;
    given = undefined;
    if (one) give(null, one);
  };
};

const words = (missing: readonly string[]): Buffer =>
  Buffer.from(
    `These were not packed: they are links or the like, were gone or changed meanwhile, or have names that a zip file cannot hold.\n\n${missing.map(name => JSON.stringify(name)).join('\n')}\n`
  );

/**
 * A zip file while it is made: one file is open at a time, and nobody reads ahead of who takes it. A file that is cut
 * while it is read ends it with an error, so that nobody takes it for whole.
 */
export const packed = (
  items: Iterable<Taken>,
  { open, nameMissing, onBytes, onLeftOut }: Packing
): Readable => {
  const zip = new ZipFile();
  const forget = forgetting(zip);
  const out = new PassThrough();
  zip.outputStream.pipe(out);
  // It may fail before anybody reads it, who is told all the same when they do.
  out.on('error', () => undefined);
  const missing: string[] = [];

  const opened = async (item: Taken): Promise<OpenFile | undefined> => {
    if (item.kind !== 'file' || !isPlain(item.name)) return undefined;
    try {
      return await open(item);
    } catch (error) {
      if (!nameMissing || !(error instanceof ProblemError)) throw error;
      return undefined;
    }
  };

  const addFile = async (item: Taken): Promise<void> => {
    const file = await opened(item);
    if (!file) {
      missing.push(item.name);
      onLeftOut?.();
      return;
    }
    const { size, modifiedAt: mtime } = file.entry;
    const source = file.read({ start: 0, end: size - 1 });
    const stop = (): void => void source.destroy();
    out.once('close', stop);
    if (onBytes)
      source.on('data', (chunk: Buffer) => {
        onBytes(chunk.length);
      });
    const how = {
      ...{ size, mtime, mode: 0o100664, forceZip64Format: size >= large },
      compressionLevel: dense.test(item.name) ? 0 : 1
    };
    zip.addReadStreamLazy(item.name, how, once(source));
    await finished(source);
    out.off('close', stop);
  };

  const run = async (): Promise<void> => {
    for (const item of items) {
      if (out.destroyed) return;
      forget();
      if (item.kind === 'folder' && isPlain(item.name)) zip.addEmptyDirectory(item.name);
      else await addFile(item);
    }
    if (missing.length > 0 && nameMissing) zip.addBuffer(words(missing), leftOutName);
    zip.end();
  };
  const fail = (error: unknown): void =>
    void out.destroy(error instanceof Error ? error : new Error('not packed', { cause: error }));
  zip.on('error', fail);
  run().catch(fail);
  return out;
};

import { Transform, type Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { problem, ProblemError } from '../../platform/problem.js';
import type { OpenFile } from '../../ports/file-store.js';

const mostEntries = 100_000;
/** From here on what it unpacks to may not be so many times what it is: text seldom is more than 20. */
const harmless = 2 ** 30;
const mostRatio = 200;
const localHeader = 30;
const mostDeep = 80;
const [kinds, folderKind, fileKind] = [0o170000, 0o040000, 0o100000];

export interface Packed {
  readonly path: string;
  readonly entry: Entry;
  readonly isFolder: boolean;
}

/** A zip file held open, whose list has been looked through. */
export interface SoundZip {
  /** Folders that are named, and files; by their paths. */
  readonly entries: readonly Packed[];
  readonly bytes: number;
  readonly files: number;
  /** What an entry holds; fails where that is not what was said of it. */
  content(packed: Packed): Promise<Readable>;
  close(): Promise<void>;
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 200));

const notSound = (why: string) => problem('archive.refused', `Nothing was unpacked: ${why.slice(0, 400)}`);

const asRefusal = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  return notSound(`it is no sound zip file. ${JSON.stringify(error instanceof Error ? error.message : '')}`);
};

class FileReader extends RandomAccessReader {
  constructor(private readonly file: OpenFile) {
    super();
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return this.file.read({ start, end: end - 1, keep: true });
  }
  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

const isFolder = ({ fileName }: Entry): boolean => fileName.endsWith('/');

const isName = (part: string): boolean =>
  part !== '' &&
  part !== '.' &&
  Buffer.byteLength(part) <= 255 &&
  part.isWellFormed() &&
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  !/[\u0000-\u001f\u007f]/.test(part);

const refusalOf = (entry: Entry): string | undefined => {
  const name = shown(entry.fileName);
  const kind = (entry.externalFileAttributes >>> 16) & kinds;
  if (kind !== 0 && kind !== (isFolder(entry) ? folderKind : fileKind))
    return `${name} in it is a link or something else that is neither a file nor a folder.`;
  if (entry.isEncrypted()) return `${name} in it is encrypted; unpack it where you have the password.`;
  if (!entry.canDecodeFileData()) return `${name} in it is compressed in a way that is not known here.`;
  const parts = entry.fileName.replace(/\/$/, '').split('/');
  if (!parts.every(isName) || parts.length > mostDeep)
    return `${name} in it is no name that a file can have here.`;
  return undefined;
};

/** No two files may have a name, nor a file that of a folder. */
const refuseTwice = (entries: readonly Packed[]): void => {
  const folders = new Set<string>();
  const files = new Set<string>();
  for (const { path, isFolder: folder } of entries) {
    if (folder) folders.add(path);
    else if (files.has(path)) throw notSound(`it holds ${shown(path)} twice.`);
    else files.add(path);
  }
  for (const { path } of entries)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      if (files.has(path.slice(0, at)))
        throw notSound(`${shown(path.slice(0, at))} in it is a file and a folder.`);
  for (const folder of folders)
    if (files.has(folder)) throw notSound(`${shown(folder)} in it is a file and a folder.`);
};

/** Entries that share bytes of the file unpack to more than any honest one. */
const refuseOverlaps = (entries: readonly Packed[], size: number): void => {
  const spans = entries
    .map(({ entry }) => entry)
    .sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [i, { relativeOffsetOfLocalHeader, compressedSize, fileNameLength }] of spans.entries()) {
    const end = relativeOffsetOfLocalHeader + localHeader + fileNameLength + compressedSize;
    if (end > (spans[i + 1]?.relativeOffsetOfLocalHeader ?? size))
      throw notSound('entries in it lie over one another.');
  }
};

const listOf = async (zip: ZipFile, size: number): Promise<Packed[]> => {
  const entries: Packed[] = [];
  for await (const entry of zip.eachEntry()) {
    const refusal = refusalOf(entry);
    if (refusal !== undefined) throw notSound(refusal);
    if (entries.length >= mostEntries)
      throw notSound(
        `it holds more than ${mostEntries.toLocaleString('en')} files; unpack it from a notebook.`
      );
    entries.push({ entry, path: entry.fileName.replace(/\/$/, ''), isFolder: isFolder(entry) });
  }
  refuseTwice(entries);
  refuseOverlaps(entries, size);
  return entries;
};

const checked = ({ crc32: expected, fileName }: Entry): Transform => {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      done(
        sum === expected ? null : notSound(`what ${shown(fileName)} holds is not what its checksum says.`)
      );
    }
  });
};

/** Looks a zip file through without unpacking anything; throws `archive.refused` where it is not sound. */
export const openZip = async (file: OpenFile): Promise<SoundZip> => {
  try {
    const { size } = file.entry;
    const zip = await fromRandomAccessReaderPromise(new FileReader(file), size, {
      ...{ lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true }
    });
    const entries = await listOf(zip, size);
    const bytes = entries.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    if (bytes > harmless && bytes > mostRatio * size)
      throw notSound(
        `it would unpack to ${String(Math.round(bytes / size))} times its size, which no honest file does.`
      );
    return {
      entries,
      bytes,
      files: entries.filter(({ isFolder: folder }) => !folder).length,
      async content({ entry }) {
        try {
          const from = await zip.openReadStreamPromise(entry);
          const through = checked(entry);
          through.on('error', () => undefined);
          from.once('error', error => through.destroy(asRefusal(error)));
          through.once('close', () => from.destroy());
          return from.pipe(through);
        } catch (error) {
          throw asRefusal(error);
        }
      },
      async close() {
        zip.close();
        await file.close();
      }
    };
  } catch (error) {
    await file.close();
    throw asRefusal(error);
  }
};

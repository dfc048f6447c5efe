import { setImmediate as others } from 'node:timers/promises';
import type { Entry, ZipFile } from 'yauzl';
import { createPathList, eachOf, type PathList } from './files.list.js';
import { notSound, shown } from './unzip.refusal.js';

/** Files, and folders whether they are named or only files lie in them. */
const most = 100_000;
/** After so many everybody else has a turn. */
const breath = 2048;
const localHeader = 30;
const mostDeep = 80;
const [kinds, folderKind, fileKind] = [0o170000, 0o040000, 0o100000];

/** What is kept of an entry. */
export interface Packed {
  readonly path: string;
  readonly size: number;
  /** Where its bytes are, how many, and how they are packed. */
  readonly offset: number;
  readonly packedSize: number;
  readonly method: number;
  readonly crc: number;
}

export interface ZipList {
  /** All folders, those above first. */
  readonly folders: Iterable<string>;
  readonly folderCount: number;
  readonly files: Iterable<Packed>;
  readonly fileCount: number;
  readonly bytes: number;
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

const tooMany = () =>
  notSound(`it holds more than ${most.toLocaleString('en')} files and folders; unpack it from a notebook.`);
const tooLong = () => notSound('the names in it are too long together; unpack it from a notebook.');

/** Those that a path leads through, those above last; `path` itself first where it is one. */
const foldersOf = function* (path: string, itself: boolean): Generator<string> {
  if (itself) yield path;
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
};

/** All folders, named or not, those above first. No two files may have a name, nor a file that of a folder. */
const foldersIn = async (
  entries: PathList,
  isNamedFolder: (index: number) => boolean
): Promise<Set<string>> => {
  const folders = new Set<string>();
  const files = new Set<string>();
  for (let i = 0; i < entries.length; i += 1) {
    if (i % breath === 0) await others();
    const path = entries.pathOf(i);
    const itself = isNamedFolder(i);
    if (!itself && files.has(path)) throw notSound(`it holds ${shown(path)} twice.`);
    if (!itself) files.add(path);
    const fresh = [];
    for (const folder of foldersOf(path, itself)) {
      // Those above one that is known are known.
      if (folders.has(folder)) break;
      fresh.push(folder);
    }
    for (const folder of fresh.reverse()) folders.add(folder);
    if (folders.size + files.size > most) throw tooMany();
  }
  for (const folder of folders)
    if (files.has(folder)) throw notSound(`${shown(folder)} in it is a file and a folder.`);
  return folders;
};

/** Entries that share bytes of the file unpack to more than any honest one. */
const refuseOverlaps = (starts: Float64Array, ends: Float64Array, size: number): void => {
  const order = Uint32Array.from(starts.keys()).sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  for (const [i, index] of order.entries()) {
    const next = order[i + 1];
    if ((ends[index] ?? 0) > (next === undefined ? size : (starts[next] ?? 0)))
      throw notSound('entries in it lie over one another.');
  }
};

/** Looks through the list of a zip file, of which little is kept. */
export const listOf = async (zip: ZipFile, size: number): Promise<ZipList> => {
  if (zip.entryCount > most) throw tooMany();
  const entries = createPathList(7);
  const of = (index: number, which: number): number => entries.numbersOf(index)[which] ?? 0;
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const refusal = refusalOf(entry);
    if (refusal !== undefined) throw notSound(refusal);
    const { uncompressedSize, relativeOffsetOfLocalHeader: offset, compressedSize } = entry;
    const end = offset + localHeader + entry.fileNameLength + compressedSize;
    const numbers = [uncompressedSize, offset, compressedSize, entry.compressionMethod, entry.crc32];
    const path = entry.fileName.replace(/\/$/, '');
    if (!entries.add(path, ...numbers, end, isFolder(entry) ? 1 : 0)) throw tooLong();
    bytes += uncompressedSize;
  }
  const folders = createPathList(0);
  for (const folder of await foldersIn(entries, index => of(index, 6) === 1))
    if (!folders.add(folder)) throw tooLong();
  const all = (which: number): Float64Array =>
    Float64Array.from({ length: entries.length }, (_, index) => of(index, which));
  refuseOverlaps(all(1), all(5), size);
  let named = 0;
  for (let i = 0; i < entries.length; i += 1) named += of(i, 6);
  return {
    folders: eachOf(folders, path => path),
    folderCount: folders.length,
    files: eachOf(entries, (path, [size = 0, offset = 0, packedSize = 0, method = 0, crc = 0, , folder]) =>
      folder === 1 ? undefined : { path, size, offset, packedSize, method, crc }
    ),
    fileCount: entries.length - named,
    bytes
  };
};

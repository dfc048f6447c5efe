import type { Readable } from 'node:stream';
import { batches as contract } from '@hopslab/schema';
import { extract, type Header } from 'tar-stream';
import { problem, ProblemError } from '../../platform/problem.js';

/** What an archive brings next. */
export interface Arriving {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly content: AsyncIterable<Buffer>;
}

const longestPath = 2000;

const shown = (name: string): string => JSON.stringify(name.slice(0, 200));

const notSound = (why: string) => problem('archive.refused', `Nothing was uploaded: ${why.slice(0, 400)}`);

const tooMany = () =>
  problem(
    'operation.too-much',
    `A batch has ${contract.mostEntries.toLocaleString('en')} files and folders at most; send more of them in several.`
  );

/** A connection that broke off, or an archive that is none. */
const asRefusal = (error: unknown): unknown => {
  if (error instanceof ProblemError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return problem('request.invalid', 'The upload ended before it was whole; nothing of it was kept.', {
      cause: error
    });
  return notSound(`it is no sound tar archive. ${error instanceof Error ? error.message : ''}`);
};

async function* contentOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    yield* entry as AsyncIterable<Buffer>;
  } catch (error) {
    throw asRefusal(error);
  }
}

/** Gives the parser what comes, no faster than it is taken; the request stays open for its answer. */
const feed = async (source: Readable, tar: ReturnType<typeof extract>): Promise<void> => {
  const told = (event: 'close' | 'drain') =>
    new Promise<void>(resolve => {
      tar.once(event, () => {
        resolve();
      });
    });
  const closed = told('close');
  for await (const chunk of source.iterator({ destroyOnReturn: false })) {
    if (tar.destroyed) return;
    if (tar.write(chunk)) continue;
    await Promise.race([told('drain'), closed]);
  }
  tar.end(null);
};

const kindOf = ({ type, name }: Header): Arriving['kind'] => {
  if (type === 'directory') return 'folder';
  if (type === 'file' || type === 'contiguous-file') return 'file';
  throw notSound(`${shown(name)} in it is a link or something else that is neither a file nor a folder.`);
};

/** As `tar -C folder .` writes it, too; whether every part of it may be a name is the file store’s to say. */
const pathOf = ({ name }: Header): string => {
  if (name.length > longestPath)
    throw problem('file.path', `${shown(name)} … is longer than the ${longestPath} characters of a path.`);
  if (name.includes('\ufffd')) throw problem('file.path', `The name ${shown(name)} is not valid UTF-8.`);
  const path = name.replace(/^(\.\/+)+/, '').replace(/\/$/, '');
  return path === '.' ? '' : path;
};

/** The paths of an archive. */
export interface Seen {
  readonly files: ReadonlySet<string>;
  /** Those that are on the way to others, too. */
  readonly folders: ReadonlySet<string>;
}

/** No two files may have a path, nor a file that of a folder. */
const createSeen = () => {
  const folders = new Set<string>();
  const files = new Set<string>();
  const addFolders = (path: string): void => {
    if (files.has(path)) throw notSound(`${shown(path)} in it is a file and a folder.`);
    if (path === '' || folders.has(path)) return;
    folders.add(path);
    addFolders(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  };
  return {
    all: { folders, files } satisfies Seen,
    add(path: string, kind: Arriving['kind']): void {
      if (kind === 'folder') addFolders(path);
      else {
        if (files.has(path)) throw notSound(`it holds ${shown(path)} twice.`);
        if (path === '' || folders.has(path)) throw notSound(`${shown(path)} in it is a file and a folder.`);
        addFolders(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
        files.add(path);
      }
    }
  };
};

/** Reads a tar archive while it comes: each thing in it is to be taken before the next. `seen` has all paths so far. */
export const createTarReader = (source: Readable) => {
  const seen = createSeen();
  async function* entries(): AsyncGenerator<Arriving> {
    const tar = extract();
    const feeding = feed(source, tar).catch((error: unknown) => {
      tar.destroy(error as Error);
    });
    let count = 0;
    try {
      for await (const entry of tar) {
        const [kind, path, { size }] = [kindOf(entry.header), pathOf(entry.header), entry.header];
        seen.add(path, kind);
        count += 1;
        if (Math.max(count, seen.all.files.size + seen.all.folders.size) > contract.mostEntries)
          throw tooMany();
        yield { kind, path, size, content: contentOf(entry) };
      }
      await feeding;
    } catch (error) {
      throw asRefusal(error);
    } finally {
      tar.destroy();
    }
  }
  return { entries, seen: seen.all };
};

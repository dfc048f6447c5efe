import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FoundFile } from '../../ports/file-store.js';
import { bytesOf } from './filestore.walk.js';

/**
 * What another program prints of all that is below a folder: it follows no link, leaves no file system, and keeps its
 * footing while folders are moved under it, however deep they are.
 */
async function* find(folder: string | FileHandle, print: readonly string[]): AsyncGenerator<string> {
  const isPath = typeof folder === 'string';
  const [from, descriptors] = isPath ? [folder, []] : ['/proc/self/fd/3/.', [folder.fd]];
  const look = ['find', '-P', from, '-xdev', '-mindepth', '1', ...print];
  // Nobody waits for a whole dataset to be counted.
  const [program = '', ...more] = isPath ? ['nice', '-n', '19', ...look] : look;
  const child = spawn(program, more, { stdio: ['ignore', 'pipe', 'ignore', ...descriptors] });
  const ended = once(child, 'close');
  ended.catch(() => undefined);
  const printed = child.stdout ?? Readable.from([]);
  try {
    let rest = '';
    printed.setEncoding('utf8');
    for await (const chunk of printed as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\0');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Bytes and number of the files below a folder. */
export const measure = async (folder: string): Promise<{ bytes: number; files: number }> => {
  let [bytes, files] = [0, 0];
  for await (const line of find(folder, ['-type', 'f', '-printf', '%s %b\\0'])) {
    const [size = 0, blocks = 0] = line.split(' ').map(Number);
    bytes += bytesOf(size, blocks);
    files += 1;
  }
  return { bytes, files };
};

const kinds: Readonly<Record<string, FoundFile['kind']>> = { f: 'file', d: 'folder' };

/** Everything below a folder held open. */
export async function* walk(folder: FileHandle): AsyncGenerator<FoundFile> {
  for await (const line of find(folder, ['-printf', '%y %s %b %P\\0'])) {
    const [type = '', size, blocks, ...path] = line.split(' ');
    const kind = kinds[type] ?? 'other';
    yield { kind, bytes: kind === 'file' ? bytesOf(Number(size), Number(blocks)) : 0, path: path.join(' ') };
  }
}

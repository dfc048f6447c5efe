import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  mkdirSync,
  openSync,
  writeSync
} from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { owner, fileMode, folderMode } = workerData as {
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly fileMode: number;
  readonly folderMode: number;
};

const makeFolder = (path: string): void => {
  mkdirSync(path, folderMode);
  chmodSync(path, folderMode);
  if (owner) chownSync(path, owner.uid, owner.gid);
};

const writeFile = (path: string, content: Uint8Array): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    fchmodSync(file, fileMode);
    if (owner) fchownSync(file, owner.uid, owner.gid);
  } finally {
    closeSync(file);
  }
};

/** New folders, those above first, and new files, the bytes of one after the other. */
interface Asked {
  readonly number: number;
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly bytes: Uint8Array;
}

parentPort?.on('message', ({ number, folders, files, bytes }: Asked) => {
  let [path, at] = ['', 0];
  try {
    for (path of folders) makeFolder(path);
    for (const file of files) {
      path = file.path;
      writeFile(path, bytes.subarray(at, at + file.size));
      at += file.size;
    }
    parentPort?.postMessage({ number });
  } catch (error) {
    // Of an error that is handed over its code would be lost.
    const { message, code } = error as NodeJS.ErrnoException;
    parentPort?.postMessage({ number, failed: { path, message, code } });
  }
});

import { batches } from '@hopslab/schema';
import { packTar } from 'modern-tar';
import { createSending, type Api } from '../../api/index.js';
import type { Translate } from '../../ui/index.js';
import type { Carried } from './datasets.choosing.js';
import { nameOf, type Place } from './datasets.places.js';
import type { Send } from './datasets.uploads.js';

const mebibyte = 2 ** 20;
/** Files that go with others, how few are not worth it, and what one batch holds: the page has it in memory. */
const limits = { small: mebibyte, fewest: 20, files: 2000, bytes: 32 * mebibyte, atOnce: 64 };

export interface Divided {
  readonly batches: readonly (readonly Carried[])[];
  readonly singles: readonly Carried[];
}

/** Which files go together in one stream, and which by themselves. */
export const divided = (files: readonly Carried[]): Divided => {
  const small = files.filter(({ file }) => file.size <= limits.small);
  if (small.length < limits.fewest) return { batches: [], singles: files };
  const all: Carried[][] = [];
  let bytes = Infinity;
  for (const one of small) {
    const current = all.at(-1);
    bytes += one.file.size;
    if (current && current.length < limits.files && bytes <= limits.bytes) current.push(one);
    else {
      all.push([one]);
      bytes = one.file.size;
    }
  }
  return { batches: all, singles: files.filter(({ file }) => file.size > limits.small) };
};

export const sizeOf = (files: readonly Carried[]): number =>
  files.reduce((sum, { file }) => sum + file.size, 0);

/** What a batch is called: by the folder that all of it is in. */
export const nameOfBatch = (files: readonly Carried[], into: Place, words: Translate): string => {
  const tops = new Set(files.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [only = ''] = tops;
  const folder = tops.size === 1 && only !== '' ? only : nameOf(into.path) || into.dataset;
  return words._n('%2: %1 file', '%2: %1 files', files.length, folder);
};

/** Read side by side: each has to be waited for. */
const packed = async (files: readonly Carried[]): Promise<Blob> => {
  const entries = [];
  for (let at = 0; at < files.length; at += limits.atOnce)
    entries.push(
      ...(await Promise.all(
        files.slice(at, at + limits.atOnce).map(async ({ file, path }) => {
          const body = new Uint8Array(await file.arrayBuffer());
          return { header: { name: path, size: body.length, type: 'file' as const }, body };
        })
      ))
    );
  return new Blob([await packTar(entries)]);
};

/** Many small files as one stream: all of them arrive or none, so that it can be repeated. */
export const asBatch =
  (api: Api, project: string, into: Place, files: readonly Carried[]): Send =>
  told =>
    createSending({
      address: api.address(batches.uploadBatch, {
        params: { p: project, d: into.dataset },
        query: { path: into.path }
      }),
      type: batches.batchType,
      content: () => packed(files),
      onProgress: part => {
        told.onProgress(Math.floor(part * sizeOf(files)));
      },
      onAway: told.onAway
    });

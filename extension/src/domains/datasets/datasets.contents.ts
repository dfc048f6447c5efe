import type { datasets } from '@hopslab/schema';
import type { Contents } from '@jupyterlab/services';
import type { Translate } from '../../ui/index.js';
import { nameOf } from './datasets.places.js';

/** A dataset in the drive's root. */
export interface DatasetItem extends Contents.IModel {
  readonly description: string;
  /** It is this project’s, and anybody in the organisation finds it. */
  readonly isPublic: boolean;
  /** What its files take, and how many they are; `countedAt` is null before they were counted. */
  readonly holds: Pick<datasets.Dataset, 'bytes' | 'files' | 'countedAt'>;
}

/** JupyterLab compares hashes exactly, dates with half a second of grace. */
const stateOf = (at: string) => ({ last_modified: at, hash: at, hash_algorithm: 'modified' });

const bare = { created: '', mimetype: '', format: null, content: null } as const;

const typeOf = ({ kind }: datasets.Entry, path: string): Contents.ContentType => {
  if (kind === 'folder') return 'directory';
  return path.endsWith('.ipynb') ? 'notebook' : 'file';
};

/** A file or folder as JupyterLab knows it, without what is in it. */
export const itemOf = (path: string, entry: datasets.Entry): Contents.IModel => ({
  ...bare,
  ...stateOf(entry.modifiedAt),
  name: nameOf(path),
  path,
  type: typeOf(entry, path),
  writable: entry.kind !== 'other',
  ...(entry.kind === 'file' && { size: entry.size })
});

export const datasetItem = (dataset: datasets.Dataset, writable: boolean): DatasetItem => ({
  ...bare,
  ...stateOf(dataset.createdAt),
  name: dataset.name,
  path: dataset.name,
  type: 'directory',
  description: dataset.description,
  isPublic: dataset.public && dataset.sharedBy === undefined,
  size: dataset.bytes,
  holds: { bytes: dataset.bytes, files: dataset.files, countedAt: dataset.countedAt },
  writable
});

export const folderItem = (path: string, content: readonly Contents.IModel[]): Contents.IModel => ({
  ...bare,
  name: nameOf(path),
  path,
  type: 'directory',
  writable: true,
  last_modified: '',
  format: 'json',
  content
});

const toBase64 = (bytes: Uint8Array): string => {
  const step = 32_768;
  let text = '';
  for (let at = 0; at < bytes.length; at += step)
    text += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(text);
};

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/** Whether the beginning of a file is no text. */
export const isBinary = async (beginning: Blob): Promise<boolean> => {
  const bytes = new Uint8Array(await beginning.arrayBuffer());
  if (bytes.includes(0)) return true;
  try {
    // The last letter may be cut in two.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return false;
  } catch {
    return true;
  }
};

type Content = Pick<Contents.IModel, 'content' | 'format' | 'type'>;

/** What a file holds, in the format that its editor asks for. */
export const contentOf = async (
  { path, type }: Contents.IModel,
  blob: Blob,
  asked: Contents.IFetchOptions,
  words: Translate
): Promise<Content> => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (asked.format === 'base64') return { type: 'file', format: 'base64', content: toBase64(bytes) };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(words.__('%1 is not text in UTF-8: it cannot be edited here.', nameOf(path)));
  }
  if ((asked.type ?? type) !== 'notebook') return { type: 'file', format: 'text', content: text };
  try {
    return { type: 'notebook', format: 'json', content: JSON.parse(text) as unknown };
  } catch {
    throw new Error(words.__('%1 is no notebook: it is not JSON.', nameOf(path)));
  }
};

/** The bytes of what an editor has. */
export const blobOf = ({ format, content }: Partial<Contents.IModel>): Blob => {
  if (format === 'base64') return new Blob([fromBase64(String(content))]);
  // As Jupyter writes notebooks, so that differences stay small.
  return new Blob([format === 'json' ? `${JSON.stringify(content, null, 1)}\n` : String(content ?? '')]);
};

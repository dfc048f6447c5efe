import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, DatasetAddress, Name } from './common.js';
import { endpoint, json } from './endpoint.js';

/** What one batch may hold: files and folders, and bytes of the archive. What is more goes in several. */
export const mostEntries = 20_000;
export const mostBytes = 2 ** 30;

/** The archive that a batch is sent as. */
export const batchType = 'application/x-tar';

/** What has come to its place. */
export const Batch = z
  .strictObject({
    files: z.int().min(0),
    /** Those that the archive has below the folder, whether they were there already or not. */
    folders: z.int().min(0),
    bytes: Bytes
  })
  .meta({ id: 'UploadedBatch' });
export type Batch = z.infer<typeof Batch>;

export const uploadBatch = endpoint({
  id: 'uploadBatch',
  method: 'POST',
  path: '/projects/{p}/datasets/{d}/batch',
  summary:
    'Upload many files as one tar stream into a folder, which is made or merged into; all of them appear or none, nothing is replaced. Send its `Content-Length`, and an `Idempotency-Key` to repeat it safely',
  access: inProject('program.upload', ['hub', 'token', 'notebook', 'device']),
  params: z.strictObject({ p: Name, d: DatasetAddress }),
  query: z.strictObject({
    /** The folder; the dataset itself where none is given. */
    path: z.string().max(2000).default('')
  }),
  upload: batchType,
  reply: json(Batch, 201),
  problems: [
    ...['dataset.unknown', 'file.path', 'file.not-a-file', 'file.exists', 'archive.refused'],
    ...['request.media-type', 'request.too-large', 'operation.too-much', 'quota.storage-full']
  ] as const,
  idempotent: true
});

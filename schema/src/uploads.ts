import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, DatasetAddress, Id, list, Name, Page, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

/** A file on its way in that outlives a lost connection (tus 1.0). */
export const Upload = z
  .strictObject({
    id: Id,
    /** Who sends it, and in which project: into a shared dataset it comes from another one. */
    user: Name,
    project: Name,
    /** The dataset and the path in it that the file gets once it is whole. */
    dataset: DatasetAddress,
    path: z.string(),
    length: Bytes,
    /** How many bytes have arrived for good: where it goes on. */
    offset: Bytes,
    /** Whether the file is in its place. */
    placed: z.boolean(),
    createdAt: Time,
    /** By then it is forgotten, with its bytes. */
    expiresAt: Time
  })
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof Upload>;

/** The only version of the protocol that is spoken. */
export const tusVersion = '1.0.0';
export const tusExtensions = ['creation', 'termination', 'checksum', 'expiration'] as const;
export const chunkType = 'application/offset+octet-stream';
export const checksumAlgorithms = ['sha256', 'sha1'] as const;

/** An algorithm and the digest in base64, as in `Upload-Checksum` and in the metadata’s `checksum`. */
export const Checksum = z.string().regex(/^(sha256 [A-Za-z0-9+/]{43}=|sha1 [A-Za-z0-9+/]{27}=)$/, {
  message: `${checksumAlgorithms.join(' or ')}, a blank, and the digest in base64`
});

const Whole = z
  .string()
  .regex(/^\d{1,15}$/, 'a number of bytes')
  .transform(Number);

/** What programs may be kept from elsewhere: files are carried by people and their devices. */
const outside = ['hub', 'token', 'notebook', 'device'] as const;

const Params = z.strictObject({ p: Name, d: DatasetAddress });
const OneParams = z.strictObject({ p: Name, d: DatasetAddress, id: Id });
const Resumable = z.object({
  'Tus-Resumable': z.string().max(20).optional().describe(`The version of tus: \`${tusVersion}\``)
});

/** What can be in the way once all bytes are there and the file is to be placed. */
const placing = [
  'dataset.unknown',
  'file.path',
  'file.not-a-file',
  'quota.storage-full',
  'request.stale',
  'upload.checksum'
] as const;

export const createUpload = endpoint({
  id: 'createUpload',
  method: 'POST',
  path: '/projects/{p}/datasets/{d}/uploads',
  summary: 'Begin an upload that can be resumed (tus 1.0); its room in the quota is kept',
  access: inProject('program.upload', outside),
  params: Params,
  headers: Resumable.extend({
    'Upload-Length': Whole.describe('The file’s length in bytes'),
    'Upload-Metadata': z
      .string()
      .max(12_000)
      .describe(
        'Keys with values in base64: `path` in the dataset, and `checksum` of the whole file where it is to be verified'
      )
  }),
  conditional: true,
  reply: json(Upload, 201),
  problems: [
    'dataset.unknown',
    'file.path',
    'file.not-a-file',
    'request.too-large',
    'quota.storage-full',
    'upload.too-many',
    'upload.version'
  ]
});

export const listUploads = endpoint({
  id: 'listUploads',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/uploads',
  summary:
    'One’s own uploads into the dataset that are not whole yet; data owners see everybody’s, for room is kept for them',
  access: inProject('program.upload', outside),
  params: Params,
  query: Page,
  reply: json(list(Upload)),
  problems: ['dataset.unknown']
});

export const getUpload = endpoint({
  id: 'getUpload',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/uploads/{id}',
  summary: 'How far one’s own upload has come; by HEAD in `Upload-Offset` alone, as tus asks for it',
  access: inProject('program.upload', outside),
  params: OneParams,
  headers: Resumable,
  reply: json(Upload),
  problems: [...placing, 'upload.unknown', 'upload.busy', 'upload.version']
});

export const appendUpload = endpoint({
  id: 'appendUpload',
  method: 'PATCH',
  path: '/projects/{p}/datasets/{d}/uploads/{id}',
  summary: 'Go on with an upload; with its last byte the file appears in its place, whole',
  access: inProject('program.upload', outside),
  params: OneParams,
  headers: Resumable.extend({
    'Upload-Offset': Whole.describe('Where the bytes begin: as many as have arrived'),
    'Upload-Checksum': Checksum.optional().describe('Of these bytes; where it is another, they are let go')
  }),
  upload: chunkType,
  reply: empty,
  problems: [
    ...placing,
    'upload.unknown',
    'upload.busy',
    'upload.offset',
    'upload.version',
    'request.too-large',
    'request.media-type'
  ]
});

export const removeUpload = endpoint({
  id: 'removeUpload',
  method: 'DELETE',
  path: '/projects/{p}/datasets/{d}/uploads/{id}',
  summary: 'Give an upload up, one’s own or as a data owner anybody’s; nothing of it is kept',
  access: inProject('program.upload', outside),
  params: OneParams,
  headers: Resumable,
  reply: empty,
  problems: ['dataset.unknown', 'upload.unknown', 'upload.busy', 'upload.version']
});

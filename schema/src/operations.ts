import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, DatasetAddress, Id, Name, Time } from './common.js';
import { bytes, endpoint, json } from './endpoint.js';

const DatasetParams = z.strictObject({ p: Name, d: DatasetAddress });
const Path = z.string().min(1).max(2000);
/** Who carries files; what runs in a sandbox has the dataset itself. */
const outside = ['hub', 'token', 'notebook', 'device'] as const;
/** What one request may name. */
const mostPaths = 1000;

/** Long work on files: it goes on by itself, and what it makes appears whole at its end or not at all. */
export const Operation = z
  .strictObject({
    id: Id,
    kind: z.enum(['copy', 'zip', 'unzip']),
    state: z.enum(['running', 'done', 'failed', 'stopped']),
    /** What it makes, and where. */
    dataset: DatasetAddress,
    path: z.string(),
    doneBytes: Bytes,
    totalBytes: Bytes,
    /** Links and the like, which are never followed, that it has left out. */
    leftOut: z.int().min(0),
    startedBy: Name,
    startedAt: Time,
    endedAt: Time.nullable(),
    /** Why it failed, in words. */
    reason: z.string().nullable()
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof Operation>;

const OperationParams = z.strictObject({ p: Name, id: Id });

export const getOperation = endpoint({
  id: 'getOperation',
  method: 'GET',
  path: '/projects/{p}/operations/{id}',
  summary: 'How far long work on files is, or how it ended',
  access: inProject('dataset.view'),
  params: OperationParams,
  reply: json(Operation),
  problems: ['operation.unknown']
});

export const stopOperation = endpoint({
  id: 'stopOperation',
  method: 'POST',
  path: '/projects/{p}/operations/{id}/stop',
  summary: 'Stop long work on files, for who began it and for data owners; nothing of it stays',
  access: inProject('program.upload', outside),
  params: OperationParams,
  reply: json(Operation),
  problems: ['operation.unknown']
});

const refusals = [
  ...['dataset.unknown', 'file.unknown', 'file.path', 'file.not-a-file', 'file.exists'],
  ...['quota.storage-full', 'operation.too-many', 'operation.too-much']
] as const;

const To = z.strictObject({ path: Path, dataset: DatasetAddress.optional() });

export const copyFile = endpoint({
  id: 'copyFile',
  method: 'POST',
  path: '/projects/{p}/datasets/{d}/copy',
  summary: 'Copy a file or folder to a name that is free, in this dataset or another one of the project',
  access: inProject('program.upload', outside),
  params: DatasetParams,
  body: z.strictObject({ path: Path, to: To }),
  reply: json(Operation, 202),
  problems: refusals,
  idempotent: true
});

export const zipFiles = endpoint({
  id: 'zipFiles',
  method: 'POST',
  path: '/projects/{p}/datasets/{d}/zip',
  summary: 'Pack files and folders of one folder into a zip file beside them, or elsewhere in the dataset',
  access: inProject('data.import', outside),
  params: DatasetParams,
  body: z.strictObject({ paths: z.array(Path).min(1).max(mostPaths), to: Path }),
  reply: json(Operation, 202),
  problems: refusals,
  idempotent: true
});

export const unzipFile = endpoint({
  id: 'unzipFile',
  method: 'POST',
  path: '/projects/{p}/datasets/{d}/unzip',
  summary: 'Unpack a zip file into a new folder of the dataset; one that is not sound is refused whole',
  access: inProject('program.upload', outside),
  params: DatasetParams,
  body: z.strictObject({ path: Path, to: Path }),
  reply: json(Operation, 202),
  problems: [...refusals, 'archive.refused'],
  idempotent: true
});

export const readArchive = endpoint({
  id: 'readArchive',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/archive',
  summary:
    'Download files and folders of one folder as a zip, made while it is sent; data is for data owners',
  access: inProject('program.download', outside),
  params: DatasetParams,
  query: z.strictObject({
    /** Once for each of them; the whole dataset where none is named. */
    path: z.union([Path, z.array(Path).max(mostPaths)]).default([])
  }),
  reply: { ...bytes, type: 'application/zip' },
  problems: ['dataset.unknown', 'file.unknown', 'file.path', 'file.not-a-file', 'operation.too-much']
});

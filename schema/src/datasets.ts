import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, DatasetAddress, DatasetName, list, Name, Page, ProjectParams, Text, Time } from './common.js';
import { bytes, empty, endpoint, json } from './endpoint.js';
import { Permission } from './shares.js';

/** Made with every project. */
export const builtInDatasets = [
  'Jupyter',
  'Notebooks',
  'Resources',
  'Logs',
  'Experiments',
  'Models'
] as const;

/** Datasets that hold programs, and the endings that make a file in them a program. */
export const programDatasets: readonly string[] = ['Jupyter', 'Notebooks', 'Resources'];
export const programEndings: readonly string[] =
  '.ipynb .py .r .scala .java .jar .whl .sql .sh .md .yaml .yml .toml .cfg .ini'.split(' ');

/** Whether a file counts as a program, which data scientists may carry in and out. */
export const isProgram = (dataset: string, path: string): boolean =>
  programDatasets.includes(dataset) && programEndings.some(ending => path.toLowerCase().endsWith(ending));

/** A dataset of another project by the name under which this one has it. */
export const SharedName = DatasetAddress.refine(
  name => name.includes('::'),
  'the project comes first, then two colons'
);

export const Dataset = z
  .strictObject({
    /** Of one that is shared with the project: `owner::name`. */
    name: DatasetAddress,
    description: z.string(),
    builtIn: z.boolean(),
    /** Data scientists' programs may write here. */
    editable: z.boolean(),
    /** Anybody in the organisation finds it. */
    public: z.boolean(),
    createdAt: Time,
    /** What its files take of the disk, and how many they are: as counted, with what came and went since over the API. */
    bytes: Bytes,
    files: z.int(),
    /** When it was last counted; null before the first time. */
    countedAt: Time.nullable(),
    /** The project that shares it, and what it lets this one do. */
    sharedBy: Name.optional(),
    permission: Permission.optional()
  })
  .meta({ id: 'Dataset' });
export type Dataset = z.infer<typeof Dataset>;

export const Entry = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['file', 'folder', 'other']),
    size: Bytes,
    modifiedAt: Time
  })
  .meta({ id: 'Entry' });
export type Entry = z.infer<typeof Entry>;

/** Whatever is in it, it fits into a request line, percent-encoded. */
const longestPath = 2000;

const DatasetParams = z.strictObject({ p: Name, d: DatasetAddress });
const OwnParams = z.strictObject({ p: Name, d: DatasetName });
const FileParams = z.strictObject({ p: Name, d: DatasetAddress, path: z.string().min(1).max(longestPath) });

/** Files are carried by people and their devices; what runs in a sandbox has the dataset itself. */
const outside = ['hub', 'token', 'notebook', 'device'] as const;

const datasetVersion = ({ description, editable }: Pick<Dataset, 'description' | 'editable'>) => [
  description,
  editable
];

export const listDatasets = endpoint({
  id: 'listDatasets',
  method: 'GET',
  path: '/projects/{p}/datasets',
  summary: 'The project’s datasets, then those that are shared with it',
  access: inProject('dataset.view'),
  params: ProjectParams,
  query: Page,
  reply: json(list(Dataset)),
  problems: []
});

export const createDataset = endpoint({
  id: 'createDataset',
  method: 'POST',
  path: '/projects/{p}/datasets',
  summary: 'Create a dataset',
  access: inProject('dataset.create', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  body: z.strictObject({
    name: DatasetName.refine(name => name !== 'shared', 'in a sandbox, what other projects share is there'),
    description: Text.default(''),
    editable: z.boolean().default(false)
  }),
  reply: json(Dataset, 201),
  problems: ['dataset.name-taken'],
  idempotent: true
});

export const getDataset = endpoint({
  id: 'getDataset',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}',
  summary: 'One dataset',
  access: inProject('dataset.view'),
  params: DatasetParams,
  reply: json(Dataset),
  problems: ['dataset.unknown'],
  version: datasetVersion
});

export const updateDataset = endpoint({
  id: 'updateDataset',
  method: 'PATCH',
  path: '/projects/{p}/datasets/{d}',
  summary:
    'Change the description, or whether programs of data scientists write there; what is mounted writable is taken out where they may not any more',
  access: inProject('dataset.update', ['hub', 'token', 'notebook']),
  params: OwnParams,
  body: z.strictObject({ description: Text.optional(), editable: z.boolean().optional() }),
  reply: json(Dataset),
  problems: ['dataset.unknown', 'dataset.built-in'],
  version: datasetVersion
});

export const listEntries = endpoint({
  id: 'listEntries',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/entries',
  summary: 'What a folder of the dataset holds, by name; the dataset itself where no path is given',
  access: inProject('dataset.view'),
  params: DatasetParams,
  query: Page.extend({
    path: z.string().max(longestPath).default(''),
    /** Part of the name, in whatever case. */
    q: z.string().max(255).optional()
  }),
  reply: json(list(Entry)),
  problems: ['dataset.unknown', 'file.unknown', 'file.path']
});

export const getEntry = endpoint({
  id: 'getEntry',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/entry',
  summary: 'What is at a path; the dataset’s own folder where none is given',
  access: inProject('dataset.view'),
  params: DatasetParams,
  query: z.strictObject({ path: z.string().max(longestPath).default('') }),
  reply: json(Entry),
  problems: ['dataset.unknown', 'file.unknown', 'file.path']
});

export const makeFolder = endpoint({
  id: 'makeFolder',
  method: 'PUT',
  path: '/projects/{p}/datasets/{d}/folders/{path+}',
  summary: 'Make a folder and those above it; one that is there stays as it is',
  access: inProject('program.upload', outside),
  params: FileParams,
  reply: json(Entry, 201),
  problems: ['dataset.unknown', 'file.path', 'file.exists']
});

export const readFile = endpoint({
  id: 'readFile',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/files/{path+}',
  summary: 'Download a file; data is for data owners, programs for every member',
  access: inProject('program.download', outside),
  params: FileParams,
  conditional: true,
  reply: { ...bytes, ranges: true },
  problems: ['dataset.unknown', 'file.unknown', 'file.path', 'file.not-a-file', 'file.range']
});

export const writeFile = endpoint({
  id: 'writeFile',
  method: 'PUT',
  path: '/projects/{p}/datasets/{d}/files/{path+}',
  summary: 'Upload a file whole; it appears at once or not at all',
  access: inProject('program.upload', outside),
  params: FileParams,
  upload: true,
  conditional: true,
  reply: json(Entry, 201),
  problems: ['dataset.unknown', 'file.path', 'file.not-a-file', 'request.too-large', 'quota.storage-full']
});

export const moveFile = endpoint({
  id: 'moveFile',
  method: 'PATCH',
  path: '/projects/{p}/datasets/{d}/files/{path+}',
  summary: 'Move or rename a file or folder within the project; nothing is ever replaced',
  access: inProject('program.upload', outside),
  params: FileParams,
  body: z.strictObject({
    to: z.strictObject({
      path: z.string().min(1).max(longestPath),
      /** The same dataset where none is named. */
      dataset: DatasetName.optional()
    })
  }),
  reply: json(Entry),
  problems: ['dataset.unknown', 'file.unknown', 'file.path', 'file.not-a-file', 'file.exists']
});

export const deleteFile = endpoint({
  id: 'deleteFile',
  method: 'DELETE',
  path: '/projects/{p}/datasets/{d}/files/{path+}',
  summary:
    'Delete a file, or a folder: an empty one, or with `recursive` all that is in it. It goes to the trash; with `permanent` for good',
  access: inProject('program.upload', outside),
  params: FileParams,
  query: z.strictObject({
    recursive: z.enum(['true', 'false']).default('false'),
    permanent: z.enum(['true', 'false']).default('false')
  }),
  reply: empty,
  problems: ['dataset.unknown', 'file.unknown', 'file.path', 'file.not-a-file', 'file.folder-not-empty']
});

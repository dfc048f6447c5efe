import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, DatasetAddress, DatasetName, Id, list, Name, Page, ProjectParams, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

const longestPath = 2000;
/** Who carries files; what runs in a sandbox has the dataset itself. */
const outside = ['hub', 'token', 'notebook', 'device'] as const;

/** A file or folder that was deleted, and can be brought back. */
export const TrashItem = z
  .strictObject({
    id: Id,
    /** Where it was. */
    dataset: DatasetAddress,
    path: z.string(),
    kind: z.enum(['file', 'folder']),
    /** What it takes, and goes on taking of the project’s quota. */
    bytes: Bytes,
    files: z.int().min(0),
    deletedBy: Name,
    deletedAt: Time,
    /** When it goes for good by itself. */
    until: Time,
    /** Whether all of it is programs: then every member may bring it back or remove it, else data owners. */
    programs: z.boolean()
  })
  .meta({ id: 'TrashItem' });
export type TrashItem = z.infer<typeof TrashItem>;

/** What went for good. */
export const Emptied = z
  .strictObject({ items: z.int().min(0), bytes: Bytes, files: z.int().min(0) })
  .meta({ id: 'EmptiedTrash' });
export type Emptied = z.infer<typeof Emptied>;

const ItemParams = z.strictObject({ p: Name, id: Id });

export const listTrash = endpoint({
  id: 'listTrash',
  method: 'GET',
  path: '/projects/{p}/trash',
  summary: 'What was deleted from the project’s datasets, the latest first',
  access: inProject('dataset.view'),
  params: ProjectParams,
  query: Page.extend({
    /** Only what was there. */
    dataset: DatasetAddress.optional(),
    path: z.string().max(longestPath).optional()
  }),
  reply: json(list(TrashItem)),
  problems: []
});

export const restoreTrash = endpoint({
  id: 'restoreTrash',
  method: 'POST',
  path: '/projects/{p}/trash/{id}/restore',
  summary: 'Bring something back to where it was, or to another place of the project; nothing is replaced',
  access: inProject('program.upload', outside),
  params: ItemParams,
  body: z.strictObject({
    to: z
      .strictObject({
        path: z.string().min(1).max(longestPath),
        /** The dataset that it was in where none is named. */
        dataset: DatasetName.optional()
      })
      .optional()
  }),
  reply: json(z.strictObject({ dataset: DatasetAddress, path: z.string() }).meta({ id: 'RestoredTrash' })),
  problems: ['trash.unknown', 'dataset.unknown', 'file.exists', 'file.path', 'file.not-a-file']
});

export const removeTrash = endpoint({
  id: 'removeTrash',
  method: 'DELETE',
  path: '/projects/{p}/trash/{id}',
  summary: 'Remove something from the trash, for good',
  access: inProject('program.upload', outside),
  params: ItemParams,
  reply: empty,
  problems: ['trash.unknown', 'dataset.unknown']
});

export const emptyTrash = endpoint({
  id: 'emptyTrash',
  method: 'DELETE',
  path: '/projects/{p}/trash',
  summary: 'Remove for good what was in the trash until now; of a data scientist only programs',
  access: inProject('program.upload', outside),
  params: ProjectParams,
  reply: json(Emptied),
  problems: []
});

import { z } from 'zod';
import { inProject } from './access.js';
import { DatasetAddress, list, Name, Page, Time } from './common.js';
import { endpoint, json } from './endpoint.js';
import { Permission } from './shares.js';

/** Something that was done to a dataset or a file in it. */
export const Activity = z
  .strictObject({
    position: z.int().min(1),
    at: Time,
    /** A user’s name, or in parentheses who is none. */
    actor: z.string(),
    action: z.string(),
    /** Below the dataset; empty where it is the dataset itself. */
    path: z.string(),
    /** Where a file was moved to. */
    to: z.string().optional(),
    /** The other project that it was done in, or that it is about. */
    project: Name.optional(),
    /** What the other project may do with it from then on. */
    permission: Permission.optional()
  })
  .meta({ id: 'Activity' });
export type Activity = z.infer<typeof Activity>;

/** Bytes of a README that are shown. */
export const longestReadme = 65_536;

export const Readme = z
  .strictObject({
    /** Markdown; null where there is none that is text. */
    text: z.string().nullable(),
    /** It is longer, and only its beginning is here. */
    cut: z.boolean()
  })
  .meta({ id: 'Readme' });
export type Readme = z.infer<typeof Readme>;

const DatasetParams = z.strictObject({ p: Name, d: DatasetAddress });

export const listActivity = endpoint({
  id: 'listActivity',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/activity',
  summary:
    'Who changed what in the dataset, the newest first; of another project’s as far as this one may know',
  access: inProject('dataset.view'),
  params: DatasetParams,
  query: Page,
  reply: json(list(Activity)),
  problems: ['dataset.unknown']
});

export const getReadme = endpoint({
  id: 'getReadme',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/readme',
  summary: 'What the file README.md at the top of the dataset says, to be read by every member',
  access: inProject('dataset.view', ['hub', 'token', 'notebook']),
  params: DatasetParams,
  reply: json(Readme),
  problems: ['dataset.unknown']
});

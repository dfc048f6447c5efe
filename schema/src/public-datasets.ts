import { z } from 'zod';
import { inProject, inProjectFromHub, onPlatform } from './access.js';
import { Bytes, DatasetName, list, Name, Page, ProjectParams, Time } from './common.js';
import { Dataset, SharedName } from './datasets.js';
import { empty, endpoint, json } from './endpoint.js';
import { Holder } from './shares.js';

/** What anybody in the organisation finds. */
export const PublicDataset = z
  .strictObject({
    /** The project whose dataset it is. */
    owner: Name,
    dataset: DatasetName,
    description: z.string(),
    /** As counted last. */
    size: Bytes,
    files: z.int().min(0),
    since: Time,
    /** How many projects have added it. */
    projects: z.int().min(0),
    /** Those of them that the asker is in. */
    addedTo: z.array(Name)
  })
  .meta({ id: 'PublicDataset' });
export type PublicDataset = z.infer<typeof PublicDataset>;

/** A dataset that a project has made public, and who uses it. */
export const Publication = z
  .strictObject({
    dataset: DatasetName,
    since: Time,
    madeBy: Name,
    /** Projects that have added it; `keeps` where it is shared with them too. */
    usedBy: z.array(z.strictObject({ project: Name, addedAt: Time, keeps: z.boolean() }))
  })
  .meta({ id: 'Publication' });
export type Publication = z.infer<typeof Publication>;

/** A public dataset that a project has added. */
export const AddedDataset = z
  .strictObject({
    name: SharedName,
    owner: Name,
    dataset: DatasetName,
    addedBy: Name,
    addedAt: Time,
    /** It is shared with the project too, which giving it back leaves. */
    shared: z.boolean()
  })
  .meta({ id: 'AddedDataset' });
export type AddedDataset = z.infer<typeof AddedDataset>;

/** Whose running notebook server, in which project, has a public dataset mounted. */
export const PublicHolder = Holder.extend({ project: Name }).meta({ id: 'PublicHolder' });
export type PublicHolder = z.infer<typeof PublicHolder>;

const OwnParams = z.strictObject({ p: Name, d: DatasetName });

export const listPublicDatasets = endpoint({
  id: 'listPublicDatasets',
  method: 'GET',
  path: '/public-datasets',
  summary: 'What projects have made public, by name; `q` is a part of the names or the description',
  access: onPlatform('public.view', ['hub', 'token', 'notebook']),
  query: Page.extend({ q: z.string().max(200).default('') }),
  reply: json(list(PublicDataset)),
  problems: []
});

export const listPublications = endpoint({
  id: 'listPublications',
  method: 'GET',
  path: '/projects/{p}/public',
  summary: 'What of the project is public, and which projects have added it',
  access: inProject('dataset.view'),
  params: ProjectParams,
  reply: json(list(Publication)),
  problems: []
});

export const makePublic = endpoint({
  id: 'makePublic',
  method: 'PUT',
  path: '/projects/{p}/datasets/{d}/public',
  summary:
    'Make the dataset public: everybody who can sign in finds it, and data owners of any project add it there, read-only',
  access: inProjectFromHub('share.manage'),
  // The server says what else will be seen.
  act: ({ params: { p, d } }) => `Make the dataset ${d} of the project ${p} public.`,
  params: OwnParams,
  reply: json(Publication),
  problems: ['dataset.unknown', 'dataset.built-in']
});

export const makePrivate = endpoint({
  id: 'makePrivate',
  method: 'DELETE',
  path: '/projects/{p}/datasets/{d}/public',
  summary: 'Make the dataset private again: projects that have added it lose the folder within seconds',
  access: inProjectFromHub('share.manage'),
  // The server says who loses it.
  act: ({ params: { p, d } }) => `Make the dataset ${d} of the project ${p} private again.`,
  params: OwnParams,
  reply: empty,
  problems: ['dataset.unknown', 'public.unknown']
});

export const listPublicHolders = endpoint({
  id: 'listPublicHolders',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/public/holders',
  summary: 'Whose running notebook servers would lose the folder if the dataset were made private now',
  access: inProject('share.manage', ['hub', 'token', 'notebook']),
  params: OwnParams,
  reply: json(list(PublicHolder)),
  problems: ['dataset.unknown', 'public.unknown']
});

export const importPublic = endpoint({
  id: 'importPublic',
  method: 'POST',
  path: '/projects/{p}/datasets/import-public',
  summary:
    'Add a public dataset to the project, read-only: mounted in notebook servers that start from now on. One that is there already stays as it is',
  access: inProject('dataset.create', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  body: z.strictObject({ project: Name, dataset: DatasetName }),
  reply: json(Dataset),
  problems: ['public.unknown', 'share.same-project']
});

export const listAddedDatasets = endpoint({
  id: 'listAddedDatasets',
  method: 'GET',
  path: '/projects/{p}/public-datasets',
  summary: 'The public datasets that the project has added',
  access: inProject('dataset.view'),
  params: ProjectParams,
  reply: json(list(AddedDataset)),
  problems: []
});

export const returnPublic = endpoint({
  id: 'returnPublic',
  method: 'DELETE',
  path: '/projects/{p}/public-datasets/{d}',
  summary: 'Give a public dataset back: the project loses the folder within seconds',
  access: inProjectFromHub('share.manage'),
  act: ({ params: { p, d } }) =>
    `Give the public dataset ${d} back: members of the project ${p} lose the folder at once, and what has files of it open in their notebook servers ends.`,
  params: z.strictObject({ p: Name, d: SharedName }),
  reply: empty,
  problems: ['public.unknown']
});

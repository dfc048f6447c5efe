import { z } from 'zod';
import { inProject, inProjectFromHub } from './access.js';
import { DatasetName, Id, list, Name, ProjectParams, Text, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

/** What a share lets the other project do. */
export const Permission = z.enum(['read_only', 'editable']).meta({ id: 'Permission' });
export type Permission = z.infer<typeof Permission>;

/** A dataset as it is offered to another project, or used there. */
export const Share = z
  .strictObject({
    offerId: Id,
    /** With whom. Whether there is such a project is not told before it accepts. */
    project: Name,
    permission: Permission,
    state: z.enum(['offered', 'accepted', 'rejected']),
    message: z.string(),
    offeredBy: Name,
    offeredAt: Time,
    answeredAt: Time.nullable()
  })
  .meta({ id: 'Share' });
export type Share = z.infer<typeof Share>;

/** One of those that a project shares. */
export const GivenShare = Share.extend({ dataset: DatasetName }).meta({ id: 'GivenShare' });
export type GivenShare = z.infer<typeof GivenShare>;

/** What another project offers to share, or shares. */
export const Offer = z
  .strictObject({
    id: Id,
    /** The project whose dataset it is. */
    owner: Name,
    dataset: DatasetName,
    permission: Permission,
    state: z.enum(['offered', 'accepted', 'rejected']),
    message: z.string(),
    offeredBy: Name,
    offeredAt: Time
  })
  .meta({ id: 'Offer' });
export type Offer = z.infer<typeof Offer>;

/** Whose running notebook server has a shared dataset mounted. */
export const Holder = z
  .strictObject({ user: Name, writable: z.boolean(), startedAt: Time })
  .meta({ id: 'ShareHolder' });
export type Holder = z.infer<typeof Holder>;

const DatasetParams = z.strictObject({ p: Name, d: DatasetName });
const ShareParams = z.strictObject({ p: Name, d: DatasetName, project: Name });
const OfferParams = z.strictObject({ p: Name, id: z.uuid() });

const mayDo = { read_only: 'read it', editable: 'read and change it' } as const;

export const listShares = endpoint({
  id: 'listShares',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/shares',
  summary: 'With whom the dataset is shared, or is to be',
  access: inProject('dataset.view'),
  params: DatasetParams,
  reply: json(list(Share)),
  problems: ['dataset.unknown']
});

export const listGivenShares = endpoint({
  id: 'listGivenShares',
  method: 'GET',
  path: '/projects/{p}/shares',
  summary: 'What the project shares with others, or has offered',
  access: inProject('dataset.view'),
  params: ProjectParams,
  reply: json(list(GivenShare)),
  problems: []
});

export const createShare = endpoint({
  id: 'createShare',
  method: 'POST',
  path: '/projects/{p}/datasets/{d}/shares',
  summary:
    'Offer the dataset to another project; a data owner there accepts or rejects. Answered alike whether there is such a project or not',
  access: inProjectFromHub('share.manage'),
  act: ({ params: { p, d }, body }) =>
    `Offer the dataset ${d} of the project ${p} to the project ${body.project}: when a data owner there accepts, programs of its members can ${mayDo[body.permission]}, and its data owners can carry it away.`,
  params: DatasetParams,
  body: z.strictObject({ project: Name, permission: Permission, message: Text.default('') }),
  reply: json(Share, 201),
  problems: ['dataset.unknown', 'share.exists', 'share.same-project', 'share.too-many']
});

export const changeShare = endpoint({
  id: 'changeShare',
  method: 'PATCH',
  path: '/projects/{p}/datasets/{d}/shares/{project}',
  summary:
    'Change what the other project may do. Made read-only, it loses the folder at once wherever it is mounted writable',
  access: inProjectFromHub('share.manage'),
  act: ({ params: { p, d, project }, body }) =>
    `Let the project ${project} ${mayDo[body.permission]} from now on: the dataset ${d} of the project ${p}.${
      body.permission === 'read_only'
        ? ' Notebook servers there that have it writable lose the folder at once; what has files of it open ends.'
        : ''
    }`,
  params: ShareParams,
  body: z.strictObject({ permission: Permission }),
  reply: json(Share),
  problems: ['dataset.unknown', 'share.unknown']
});

export const removeShare = endpoint({
  id: 'removeShare',
  method: 'DELETE',
  path: '/projects/{p}/datasets/{d}/shares/{project}',
  summary: 'Take a share back, or an offer: the other project loses the folder within seconds',
  access: inProjectFromHub('share.manage'),
  act: ({ params: { p, d, project } }) =>
    `Take the dataset ${d} of the project ${p} back from the project ${project}: its members lose the folder at once, and what has files of it open in their notebook servers ends.`,
  params: ShareParams,
  reply: empty,
  problems: ['dataset.unknown', 'share.unknown']
});

export const listShareHolders = endpoint({
  id: 'listShareHolders',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/shares/{project}/holders',
  summary: 'Whose running notebook servers would lose the folder if the share were taken back now',
  access: inProject('share.manage', ['hub', 'token', 'notebook']),
  params: ShareParams,
  reply: json(list(Holder)),
  problems: ['dataset.unknown', 'share.unknown']
});

export const listOffers = endpoint({
  id: 'listOffers',
  method: 'GET',
  path: '/projects/{p}/offers',
  summary: 'What other projects share with this one, or offer to',
  access: inProject('dataset.view'),
  params: ProjectParams,
  reply: json(list(Offer)),
  problems: []
});

export const acceptOffer = endpoint({
  id: 'acceptOffer',
  method: 'POST',
  path: '/projects/{p}/offers/{id}/accept',
  summary: 'Accept an offer: the dataset is mounted in notebook servers that start from now on',
  access: inProjectFromHub('share.manage'),
  // The server says which dataset it is, and whose.
  act: ({ params: { p } }) => `Accept a dataset that another project offers to the project ${p}.`,
  params: OfferParams,
  reply: json(Offer),
  problems: ['share.unknown', 'share.withdrawn', 'share.answered']
});

export const rejectOffer = endpoint({
  id: 'rejectOffer',
  method: 'POST',
  path: '/projects/{p}/offers/{id}/reject',
  summary: 'Reject an offer, or give back what was accepted',
  access: inProjectFromHub('share.manage'),
  act: ({ params: { p } }) => `Reject a dataset that another project offers to the project ${p}.`,
  params: OfferParams,
  reply: json(Offer),
  problems: ['share.unknown', 'share.withdrawn']
});

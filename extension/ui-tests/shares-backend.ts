import { publicDatasets, shares } from '@hopslab/schema';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { z } from 'zod';
import { datasetOf } from './datasets-backend.js';

/** Shares and offers that are held in memory; whoever changes them waits for a click on the hub. */
export interface HeldShares {
  given: shares.GivenShare[];
  offers: shares.Offer[];
  holders: shares.Holder[];
  published: publicDatasets.Publication[];
  added: publicDatasets.AddedDataset[];
  /** What anybody finds. */
  found: publicDatasets.PublicDataset[];
}

const at = '2026-11-20T09:00:00.000Z';
const id = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;

export const givenOf = (n: number, change: Partial<shares.GivenShare> = {}): shares.GivenShare => ({
  offerId: id(n),
  dataset: 'Raw',
  project: 'borea',
  permission: 'read_only',
  state: 'accepted',
  message: '',
  offeredBy: 'ada',
  offeredAt: at,
  answeredAt: at,
  ...change
});

export const offerOf = (n: number, change: Partial<shares.Offer> = {}): shares.Offer => ({
  id: id(n),
  owner: 'cetus',
  dataset: 'genes',
  permission: 'read_only',
  state: 'offered',
  message: '',
  offeredBy: 'cy',
  offeredAt: at,
  ...change
});

export const foundOf = (
  n: number,
  change: Partial<publicDatasets.PublicDataset> = {}
): publicDatasets.PublicDataset => ({
  owner: 'cetus',
  dataset: `genes_${n}`,
  description: 'Sequences of whales',
  size: 3_500_000 * n,
  files: n,
  since: at,
  projects: n,
  addedTo: [],
  ...change
});

export const publicationOf = (
  dataset: string,
  ...users: readonly (readonly [project: string, keeps: boolean])[]
): publicDatasets.Publication => ({
  dataset,
  since: at,
  madeBy: 'ada',
  usedBy: users.map(([project, keeps]) => ({ project, addedAt: at, keeps }))
});

export const addedOf = (
  owner: string,
  dataset: string,
  change: Partial<publicDatasets.AddedDataset> = {}
): publicDatasets.AddedDataset => ({
  name: `${owner}::${dataset}`,
  owner,
  dataset,
  addedBy: 'ada',
  addedAt: at,
  shared: false,
  ...change
});

export const noShares = (): HeldShares => ({
  given: [],
  offers: [],
  holders: [],
  published: [],
  added: [],
  found: []
});

type Say = (response: ServerResponse, schema: z.ZodType, body: unknown) => void;

/** Adds what was found to the project. */
export const addFound = async (
  held: HeldShares,
  request: IncomingMessage,
  response: ServerResponse,
  say: Say
): Promise<void> => {
  const { project, dataset } = publicDatasets.importPublic.body?.parse(await json(request)) ?? {
    project: '',
    dataset: ''
  };
  held.added.push(addedOf(project, dataset));
  const added = { public: true, sharedBy: project, permission: 'read_only' } as const;
  say(response, publicDatasets.importPublic.reply.schema, datasetOf(`${project}::${dataset}`, added));
};

/** Answers what asks about shares; false for everything else. */
export const answerShares = (
  held: HeldShares,
  { pathname, searchParams }: URL,
  response: ServerResponse,
  say: Say
): boolean => {
  const all = <T>(items: readonly T[]) => ({ items, nextCursor: null });
  if (/\/projects\/\w+\/shares$/.test(pathname))
    say(response, shares.listGivenShares.reply.schema, all(held.given));
  else if (/\/projects\/\w+\/offers$/.test(pathname))
    say(response, shares.listOffers.reply.schema, all(held.offers));
  else if (pathname.endsWith('/public/holders'))
    say(
      response,
      publicDatasets.listPublicHolders.reply.schema,
      all(held.holders.map(holder => ({ ...holder, project: 'borea' })))
    );
  else if (/\/projects\/\w+\/public$/.test(pathname))
    say(response, publicDatasets.listPublications.reply.schema, all(held.published));
  else if (/\/projects\/\w+\/public-datasets$/.test(pathname))
    say(response, publicDatasets.listAddedDatasets.reply.schema, all(held.added));
  else if (pathname.endsWith('/v1/public-datasets')) {
    const q = searchParams.get('q') ?? '';
    const found = held.found.filter(one => `${one.owner}::${one.dataset} ${one.description}`.includes(q));
    say(response, publicDatasets.listPublicDatasets.reply.schema, {
      items: found.slice(0, 50),
      nextCursor: found.length > 50 ? 'NTA' : null
    });
  } else if (pathname.endsWith('/holders'))
    say(response, shares.listShareHolders.reply.schema, all(held.holders));
  else return false;
  return true;
};

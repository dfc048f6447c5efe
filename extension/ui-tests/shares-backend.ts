import { shares } from '@hopslab/schema';
import type { ServerResponse } from 'node:http';
import type { z } from 'zod';

/** Shares and offers that are held in memory; whoever changes them waits for a click on the hub. */
export interface HeldShares {
  given: shares.GivenShare[];
  offers: shares.Offer[];
  holders: shares.Holder[];
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

export const noShares = (): HeldShares => ({ given: [], offers: [], holders: [] });

type Say = (response: ServerResponse, schema: z.ZodType, body: unknown) => void;

/** Answers what asks about shares; false for everything else. */
export const answerShares = (
  held: HeldShares,
  { pathname }: URL,
  response: ServerResponse,
  say: Say
): boolean => {
  const all = <T>(items: readonly T[]) => ({ items, nextCursor: null });
  if (/\/projects\/\w+\/shares$/.test(pathname))
    say(response, shares.listGivenShares.reply.schema, all(held.given));
  else if (/\/projects\/\w+\/offers$/.test(pathname))
    say(response, shares.listOffers.reply.schema, all(held.offers));
  else if (pathname.endsWith('/holders'))
    say(response, shares.listShareHolders.reply.schema, all(held.holders));
  else return false;
  return true;
};

import { statfs } from 'node:fs/promises';
import type { AnyEndpoint, Channel } from '@hopslab/schema';
import { problem } from '../platform/problem.js';

const forMs = 1000;
const programs: ReadonlySet<Channel> = new Set(['sandbox', 'token', 'device']);

const freeIn = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * Refuses what programs tell while the disk is nearly full: what they report is kept in the database, which stands still
 * for everybody without room. They keep it and try again. Files' writers end earlier; people go on, to make room.
 */
export const createRoom = (folder: string, least: number, free = freeIn, now = () => performance.now()) => {
  let looked: { readonly at: number; readonly free: Promise<number> } | undefined;
  return async (channel: Channel, { body, access }: Pick<AnyEndpoint, 'body' | 'access'>): Promise<void> => {
    const isTold = body !== undefined && access.kind !== 'public' && access.channels.includes('sandbox');
    if (least <= 0 || !isTold || !programs.has(channel)) return;
    if (!looked || now() - looked.at > forMs)
      // A disk that cannot be asked is nobody's fault here.
      looked = { at: now(), free: free(folder).catch(() => Infinity) };
    if ((await looked.free) < least)
      throw problem(
        'service.unavailable',
        'The platform’s disk is nearly full, so nothing is taken from programs just now. An administrator can make room; what is kept here is sent again.'
      );
  };
};
export type Room = ReturnType<typeof createRoom>;

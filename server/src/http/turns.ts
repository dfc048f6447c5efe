import type { AnyEndpoint, Channel, Reply } from '@hopslab/schema';
import type { Actor } from '../platform/actor.js';

/**
 * How many requests of one projectUser are worked on at once, by the way they come in. Each holds its body in memory
 * and a connection to the database, of which there are ten for everybody; programs tell one thing after the other anyway.
 */
const mostOf = (channel: Channel, hasBody: boolean): number =>
  channel === 'sandbox' || (hasBody && (channel === 'token' || channel === 'device')) ? 4 : 16;

interface Line {
  busy: number;
  readonly waiting: (() => void)[];
}

/** Lets few requests of one projectUser be worked on at once; the others wait, their bodies unread. */
export const createTurns = () => {
  const lines = new Map<string, Line>();

  return async <T>(
    { user, channel, member }: Pick<Actor, 'user' | 'channel' | 'member'>,
    { upload, body, reply }: Pick<AnyEndpoint, 'upload' | 'body' | 'reply'>,
    act: () => Promise<T>
  ): Promise<T> => {
    // What streams takes its time, and holds neither.
    const { kind } = reply as Reply;
    if (upload !== undefined || kind === 'events' || kind === 'bytes') return act();
    const most = mostOf(channel, body !== undefined);
    const key = [channel, most, user.name, member?.project ?? ''].join(' ');
    const line = lines.get(key) ?? { busy: 0, waiting: [] };
    lines.set(key, line);
    if (line.busy < most) line.busy += 1;
    else await new Promise<void>(go => line.waiting.push(go));
    try {
      return await act();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.busy === 0) lines.delete(key);
    }
  };
};
export type Turns = ReturnType<typeof createTurns>;

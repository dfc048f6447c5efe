import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Door } from '../domains/egress/egress.store.js';
import { Refusal } from './refusal.js';

export interface Limits {
  /** Connections of one sandbox, and of all. */
  readonly perSandbox: number;
  readonly all: number;
}

type Carry = (who: { readonly project: string; readonly user: string }, bytes: number) => void;

interface Open {
  readonly door: Door;
  readonly inner: Duplex;
  outer?: Socket;
  /** The host is still being found or connected to, which no program's end takes back. */
  seeking: boolean;
  sent: number;
  received: number;
}

/** Connections that are being made or are open: how many there are, what they carry, and their end. */
export const createTunnels = (limits: Limits, count: { readonly sent: Carry; readonly received: Carry }) => {
  const open = new Set<Open>();

  const measure = (one: Open): void => {
    const { door, outer } = one;
    if (!outer) return;
    // What waited to be written when it was cut off was counted, and is not taken back.
    const [sent, received] = [Math.max(one.sent, outer.bytesWritten), outer.bytesRead];
    if (sent > one.sent) count.sent(door, sent - one.sent);
    if (received > one.received) count.received(door, received - one.received);
    one.sent = sent;
    one.received = received;
  };

  return {
    /**
     * Takes a place for a connection; refused where there is none. It is given back when the inner side has closed and
     * nothing is sought for it any more: who asks and hangs up at once, again and again, holds places too.
     */
    begin(door: Door, inner: Duplex) {
      const own = [...open].filter(one => one.door.sandbox === door.sandbox).length;
      if (own >= limits.perSandbox)
        throw new Refusal(429, `there are ${limits.perSandbox} connections already; end some of them`);
      if (open.size >= limits.all)
        throw new Refusal(503, 'the platform has too many connections just now; try again');
      const one: Open = { door, inner, seeking: true, sent: 0, received: 0 };
      const leave = (): void => {
        if (inner.destroyed && !one.seeking) open.delete(one);
      };
      open.add(one);
      inner.once('close', () => {
        measure(one);
        one.outer?.destroy();
        leave();
      });
      return {
        /** The outer side, whose bytes count. */
        reaches(outer: Socket): void {
          one.outer = outer;
          if (inner.destroyed) outer.destroy();
        },
        /** Nothing is sought any more, whether or not something was found. */
        settled(): void {
          one.seeking = false;
          leave();
        }
      };
    },
    measure: () => {
      for (const one of open) measure(one);
    },
    /** Ends, at once, whatever belongs to a sandbox that is in the way. */
    endWhere(over: (sandbox: string) => boolean): void {
      for (const { door, inner } of [...open]) if (over(door.sandbox)) inner.destroy();
    },
    get size() {
      return open.size;
    }
  };
};
export type Tunnels = ReturnType<typeof createTunnels>;
export type Place = ReturnType<Tunnels['begin']>;

import type { Duplex } from 'node:stream';

/** A side that no longer reads is let go after this long, once the other has ended. */
const lingerMs = 10_000;

/** Joins two sockets: bytes both ways with backpressure; when either ends, what is on its way is delivered and both close. */
export const join = (one: Duplex, other: Duplex): void => {
  const follow = (from: Duplex, to: Duplex) => {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (to.destroyed) return;
      to.end();
      const timer = setTimeout(() => to.destroy(), lingerMs);
      to.once('finish', () => to.destroy());
      to.once('close', () => clearTimeout(timer));
    });
  };
  follow(one, other);
  follow(other, one);
};

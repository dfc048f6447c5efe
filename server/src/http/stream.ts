import { PassThrough } from 'node:stream';
import type { Feed, FeedScope } from '../platform/feed.js';
import type { Live } from '../platform/live.js';
import type { Ctx } from './context.js';

const heartbeatMs = 15_000;

/** Cursors in the order of the feeds; a feed that is newer than the id begins at its head. */
const cursorsIn = (header: string): number[] =>
  /^\d{1,15}(-\d{1,15})*$/.test(header) ? header.split('-').map(Number) : [];

/**
 * Answers with server-sent events (WHATWG HTML, 9.2) merged from feeds. The id of each event holds every feed's
 * cursor, so `Last-Event-ID` resumes without loss. `allowed` is asked again before anything is sent; `sent` hears of
 * each event's bytes.
 */
export const streamFeeds = async (
  ctx: Ctx,
  feeds: readonly Feed[],
  scope: FeedScope,
  live: Live,
  allowed: () => Promise<boolean>,
  sent: ((bytes: number) => void) | null = null
): Promise<void> => {
  const resumed = cursorsIn(ctx.get('Last-Event-ID'));
  const cursors = await Promise.all(feeds.map(async (feed, i) => resumed[i] ?? feed.head(scope)));
  const out = new PassThrough();
  const id = () => cursors.join('-');
  let running = false;
  let again = false;

  /** Waits for a slow reader, so that what it has not taken yet is not kept in memory. */
  const drained = (): Promise<void> =>
    new Promise(resolve => {
      const go = () => {
        out.off('drain', go).off('close', go);
        resolve();
      };
      out.on('drain', go).on('close', go);
    });

  const send = async (): Promise<boolean> => {
    let any = false;
    for (const [i, feed] of feeds.entries()) {
      const { cursor, events } = await feed.since(scope, cursors[i] ?? 0);
      for (const { event, data, cursor: at } of events) {
        // Who is cut off between two events of one answer has to get the second one later.
        cursors[i] = at;
        const text = `id: ${id()}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
        sent?.(Buffer.byteLength(text));
        if (!out.write(text)) await drained();
        if (out.destroyed) return false;
      }
      cursors[i] = cursor;
      any ||= events.length > 0;
    }
    return any;
  };

  const wake = async (): Promise<void> => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again && !out.destroyed) {
        again = false;
        if (!(await allowed())) {
          out.end();
          return;
        }
        if (await send()) again = true;
      }
    } catch (error) {
      // The client connects again and resumes where it was.
      ctx.state.log.warn({ err: error }, 'an event stream ended early');
      out.end();
    } finally {
      running = false;
    }
  };

  const channels = new Set(feeds.flatMap(feed => feed.channels(scope)));
  const unsubscribe = [...channels].map(channel => live.on(channel, () => void wake()));
  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(': still here\n\n');
    void wake();
  }, heartbeatMs);
  const end = () => {
    clearInterval(heartbeat);
    for (const stop of unsubscribe) stop();
    out.destroy();
  };
  ctx.req.once('close', end);
  out.once('end', end);

  ctx.type = 'text/event-stream';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('X-Accel-Buffering', 'no');
  ctx.body = out;
  out.write(`retry: 1000\nid: ${id()}\n\n`);
  void wake();
};

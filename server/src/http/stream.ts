import { PassThrough } from 'node:stream';
import type { Feed, FeedScope } from '../platform/feed.js';
import type { Live } from '../platform/live.js';
import type { Ctx } from './context.js';

const heartbeatMs = 15_000;

const cursorsIn = (header: string, count: number): number[] | undefined => {
  const cursors = header.split('-').map(Number);
  return cursors.length === count && cursors.every(n => Number.isSafeInteger(n) && n >= 0)
    ? cursors
    : undefined;
};

/**
 * Answers with server-sent events (WHATWG HTML, 9.2) merged from feeds. The id of each event holds every feed's
 * cursor, so `Last-Event-ID` resumes without loss. `allowed` is asked again before anything is sent.
 */
export const streamFeeds = async (
  ctx: Ctx,
  feeds: readonly Feed[],
  scope: FeedScope,
  live: Live,
  allowed: () => Promise<boolean>
): Promise<void> => {
  const resumed = cursorsIn(ctx.get('Last-Event-ID'), feeds.length);
  const cursors = resumed ?? (await Promise.all(feeds.map(feed => feed.head(scope))));
  const out = new PassThrough();
  const id = () => cursors.join('-');
  let running = false;
  let again = false;

  const send = async (): Promise<boolean> => {
    let sent = false;
    for (const [i, feed] of feeds.entries()) {
      const { cursor, events } = await feed.since(scope, cursors[i] ?? 0);
      cursors[i] = cursor;
      for (const { event, data } of events)
        out.write(`id: ${id()}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      sent ||= events.length > 0;
    }
    return sent;
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
    out.write(': still here\n\n');
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

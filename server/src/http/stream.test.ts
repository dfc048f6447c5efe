import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Feed } from '../platform/feed.js';
import type { Ctx } from './context.js';
import { streamFeeds } from './stream.js';

const events = 200;
const data = 'x'.repeat(10_000);

/** A feed with `events` events, one for each question. */
const feed = (): Feed & { asked: number } => ({
  asked: 0,
  channels: () => [],
  head: () => Promise.resolve(0),
  since(_, cursor) {
    this.asked++;
    return Promise.resolve(
      cursor < events
        ? { cursor: cursor + 1, events: [{ event: 'e', data, cursor: cursor + 1 }] }
        : { cursor, events: [] }
    );
  }
});

it('keeps nothing in memory for a reader that does not read, and forgets nothing', async () => {
  const source = feed();
  const request = new EventEmitter();
  const ctx = { req: request, get: () => '', set: () => undefined, body: undefined };
  const live = { on: () => () => undefined, close: () => Promise.resolve() };
  await streamFeeds(ctx as unknown as Ctx, [source], { project: 'p', user: 'u' }, live, () =>
    Promise.resolve(true)
  );
  const out = ctx.body as unknown as PassThrough;
  await pause(100);
  expect(out.readableLength + out.writableLength).toBeLessThan(200_000);
  expect(source.asked).toBeLessThan(20);

  let read = '';
  out.on('data', (chunk: Buffer) => (read += chunk.toString()));
  await expect.poll(() => read.match(/^event: e$/gm)?.length).toBe(events);
  request.emit('close');
  expect(out.destroyed).toBe(true);
});

import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createTunnels } from './tunnels.js';

const door = {
  sandbox: 'a',
  project: 'demo',
  user: 'ada',
  role: 'data_owner',
  locked: false,
  archived: false,
  enabled: true
} as const;
const uncounted = { sent: () => undefined, received: () => undefined };

it('who asks and hangs up at once holds a place until nothing is sought for it any more', async () => {
  const tunnels = createTunnels({ perSandbox: 1, all: 10 }, uncounted);
  const inner = new PassThrough();
  const place = tunnels.begin(door, inner);
  inner.destroy();
  await once(inner, 'close');
  expect(() => tunnels.begin(door, new PassThrough())).toThrow('1 connections already');
  place.settled();
  expect(tunnels.size).toBe(0);
  tunnels.begin(door, new PassThrough());
});

it('a place is held as long as its connection is open', async () => {
  const tunnels = createTunnels({ perSandbox: 1, all: 10 }, uncounted);
  const inner = new PassThrough();
  tunnels.begin(door, inner).settled();
  expect(tunnels.size).toBe(1);
  inner.destroy();
  await once(inner, 'close');
  expect(tunnels.size).toBe(0);
});

import { experiments } from '@hopslab/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { base, startLab, sweep, type Lab } from '../testing/lab.js';
import { createRoom } from './room.js';

let lab: Lab;
beforeAll(async () => {
  // More than any disk has.
  lab = await startLab({ reserve: 2 ** 62 });
});
afterAll(() => lab.test.close());

it('takes nothing from programs where the database would have no room, and lets people go on', async () => {
  for (const program of [lab.driver, lab.bob])
    expect(await program.send('POST', base, { body: sweep })).toMatchObject({
      status: 503,
      body: { code: 'service.unavailable', retriable: true }
    });
  expect(await lab.driver.send('GET', base)).toMatchObject({ status: 200, body: { items: [] } });
});

it('looks once a second, and takes a disk that cannot be asked for one with room', async () => {
  let [asked, left, at] = [0, 10, 0];
  const free = (): Promise<number> => {
    asked += 1;
    return left < 0 ? Promise.reject(new Error('EIO')) : Promise.resolve(left);
  };
  const room = createRoom('/', 20, free, () => at);
  const access = experiments.createExperiment.access;
  const told = { body: {}, access };
  await expect(room('sandbox', told)).rejects.toThrow('nearly full');
  await expect(room('token', told)).rejects.toThrow('nearly full');
  await room('hub', told);
  await room('sandbox', { access });
  expect(asked).toBe(1);
  at = 2000;
  left = 20;
  await room('sandbox', told);
  at = 4000;
  left = -1;
  await room('sandbox', told);
  expect(asked).toBe(3);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '../../platform/actor.js';
import { base, startLab, type Lab } from '../../testing/lab.js';
import { createTensorboard } from './experiments.tensorboard.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const nobodys = '11111111-1111-1111-1111-111111111111';
const open = (who: Lab['bob'], id: string, body: object = {}) =>
  who.send('POST', `${base}/${id}/tensorboard`, { body });

it('needs a notebook server of one’s own', async () => {
  const id = await lab.begin();
  expect(await open(lab.eve, id)).toMatchObject({ status: 404, body: { code: 'notebook.absent' } });
  expect(await lab.test.db('journal').where({ action: 'tensorboard.opened' })).toEqual([]);
});

it('is at the viewer’s own notebook server, with just what was asked for', async () => {
  const [one, other] = [await lab.begin(), await lab.begin({ name: 'other' })];
  const addressOf = (actor: Actor, project: string, path: string) =>
    Promise.resolve(`https://${actor.user.name}.${project}${path}`);
  const eve: Actor = {
    user: { name: 'eve', displayName: 'Eve', admin: false },
    channel: 'notebook',
    session: null,
    address: '192.0.2.1',
    requestId: 'request',
    member: { project: 'atlas', role: 'data_scientist' }
  };
  const tensorboard = createTensorboard({ db: lab.test.db, addressOf });
  const wanted = [{ experiment: one, trials: [10, 7, 3, 7] }, { experiment: other }] as const;
  expect(await tensorboard.open(eve, 'atlas', wanted)).toEqual({
    url: `https://eve.atlas/hopslab/tensorboard/open?of=${one}.3.7.10,${other}`
  });
  const rows = await lab.test.db('journal').where({ action: 'tensorboard.opened' });
  expect(rows).toMatchObject([{ actor: 'eve', asset: `experiment:${one}`, data: { experiments: 2 } }]);
});

it('refuses what is not there, what is named twice and what is too much', async () => {
  const id = await lab.begin();
  const many = (from: number) => Array.from({ length: 300 }, (_, n) => from + n);
  expect(await open(lab.eve, nobodys)).toMatchObject({ status: 404, body: { code: 'experiment.unknown' } });
  expect(await open(lab.eve, id, { with: [{ experiment: nobodys }] })).toMatchObject({
    status: 404,
    body: { code: 'experiment.unknown' }
  });
  const other = await lab.begin();
  for (const body of [
    { with: [{ experiment: id }] },
    { trials: many(0), with: [{ experiment: other, trials: many(0) }] },
    { trials: [] },
    { trials: [-1] },
    { with: Array.from({ length: 20 }, () => ({ experiment: other })) }
  ])
    expect(await open(lab.eve, id, body)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
});

import type { experiments as contract } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, type Lab } from '../../testing/lab.js';
import { createExperimentsService } from './experiments.service.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const running = (number: number, more = {}) => ({ number, state: 'running', params: { C: number }, ...more });
const complete = (number: number, more = {}) => ({
  ...running(number),
  state: 'complete',
  value: number,
  ...more
});

const send = (id: string, verb: string, body: object, headers = {}) =>
  lab.driver.send('POST', `${base}/${id}/${verb}`, { body, headers });
const resume = (id: string, more = {}, headers = {}) => send(id, 'resume', { parallel: 2, ...more }, headers);
const curves = async (id: string, query = '') =>
  (await lab.eve.send('GET', `${base}/${id}/metrics${query}`)).body as {
    items: contract.Curve[];
    nextCursor: string | null;
  };
const points = (...indexes: number[]) => indexes.map(index => ({ index, step: index, value: index / 2 }));

describe('curves', () => {
  it('come with the batches, late and twice over, and are read in pages and by trial', async () => {
    const id = await lab.begin();
    const told = (number: number, attempt: number, ...indexes: number[]) =>
      send(id, 'trials/batch', { trials: [], curves: [{ number, attempt, points: points(...indexes) }] });
    await send(id, 'trials/batch', {
      trials: [running(0), complete(1)],
      curves: [
        { number: 0, points: points(2, 0) },
        { number: 1, points: points(0) }
      ]
    });
    expect(await told(0, 1, 1, 2)).toMatchObject({ status: 200 });
    expect(await told(2, 2, 0)).toMatchObject({ status: 200 });
    expect(await told(2, 1, 0, 1)).toMatchObject({ status: 200 });
    const first = await curves(id, '?limit=2');
    expect(first.items).toEqual([
      { number: 0, attempt: 1, steps: [0, 1, 2], values: [0, 0.5, 1] },
      { number: 1, attempt: 1, steps: [0], values: [0] }
    ]);
    const rest = await curves(id, `?cursor=${first.nextCursor ?? ''}`);
    expect(rest).toEqual({ items: [{ number: 2, attempt: 2, steps: [0], values: [0] }], nextCursor: null });
    expect((await curves(id, '?trial=0&points=2')).items).toEqual([
      { number: 0, attempt: 1, steps: [0, 2], values: [0, 1] }
    ]);
    expect((await curves(id, '?trial=9')).items).toEqual([]);
  });

  it('are not added to after the end, and that is no fault', async () => {
    const id = await lab.begin();
    await send(id, 'trials/batch', { trials: [complete(0)], curves: [{ number: 0, points: points(0) }] });
    await send(id, 'finish', { state: 'complete' });
    const late = { trials: [], curves: [{ number: 0, points: points(0, 1) }] };
    expect(await send(id, 'trials/batch', late)).toMatchObject({ status: 200, body: { state: 'complete' } });
    expect((await curves(id)).items).toMatchObject([{ steps: [0] }]);
  });

  it('take no values that are no numbers, and no more at once than are kept', async () => {
    const id = await lab.begin();
    for (const bad of [
      [{ index: 0, step: 0, value: 'high' }],
      [{ index: -1, step: 0, value: 0 }],
      points(...Array.from({ length: 129 }, (_, i) => i))
    ])
      expect(
        await send(id, 'trials/batch', { trials: [running(0)], curves: [{ number: 0, points: bad }] })
      ).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(await lab.trials(id)).toEqual([]);
  });
});

describe('resuming', () => {
  it('goes on with one that was stopped: what is done stays, and the driver before is refused', async () => {
    const id = await lab.begin();
    await lab.report(id, [complete(0), running(1), running(2, { state: 'queued' })]);
    await send(id, 'finish', { state: 'stopped', reason: 'Interrupted from the notebook.' });
    const resumed = await resume(id, { planned: 60 });
    expect(resumed).toMatchObject({
      status: 200,
      body: {
        state: 'running',
        epoch: 2,
        planned: 60,
        parallel: 2,
        endedAt: null,
        best: { number: 0 },
        trialCounts: { complete: 1, stopped: 2, running: 0 }
      }
    });
    expect(resumed.body).not.toHaveProperty('reason');
    for (const [verb, body] of [
      ['trials/batch', { trials: [complete(1)] }],
      ['trials/batch', { trials: [], curves: [{ number: 1, points: points(0) }] }],
      ['finish', { state: 'complete' }]
    ] as const)
      expect(await send(id, verb, body)).toMatchObject({
        status: 409,
        body: { code: 'experiment.resumed', detail: expect.stringContaining('resumed elsewhere') as string }
      });
    const again = { trials: [running(1, { attempt: 2 })], epoch: 2 };
    expect(await send(id, 'trials/batch', again)).toMatchObject({ status: 200, body: { state: 'running' } });
    await send(id, 'trials/batch', { trials: [complete(1, { attempt: 2 })], epoch: 2 });
    expect(await send(id, 'finish', { state: 'complete', epoch: 2 })).toMatchObject({
      status: 200,
      body: { state: 'complete', trialCounts: { complete: 2, stopped: 1 }, best: { number: 1 } }
    });
    expect(
      await lab.test.db('journal').where({ asset: `experiment:${id}`, action: 'experiment.resumed' })
    ).toHaveLength(1);
  });

  it('is refused while the driver is heard, and takes over from one that is not', async () => {
    const id = await lab.begin();
    await lab.report(id, [running(0)]);
    expect(await resume(id)).toMatchObject({ status: 409, body: { code: 'experiment.running' } });
    await lab.test
      .db('experiments')
      .where({ id })
      .update({ heartbeat_at: lab.test.db.raw(`now() - interval '1 minute'`) });
    expect(await resume(id)).toMatchObject({
      status: 200,
      body: { epoch: 2, trialCounts: { stopped: 1, running: 0 } }
    });
    expect(await lab.report(id, [complete(0)])).toMatchObject({
      status: 409,
      body: { code: 'experiment.resumed' }
    });
    expect(await lab.trials(id)).toMatchObject([
      { state: 'stopped', reason: expect.stringContaining('resumed') as string }
    ]);
  });

  it('is one time per key, whatever becomes of the answers', async () => {
    const id = await lab.begin();
    await send(id, 'finish', { state: 'stopped' });
    const headers = { 'idempotency-key': 'again-1' };
    expect(await resume(id, {}, headers)).toMatchObject({ status: 200, body: { epoch: 2 } });
    // A server that died before it could remember its answer.
    await lab.test.db('idempotency_keys').where({ key: 'again-1' }).delete();
    expect(await resume(id, {}, headers)).toMatchObject({ status: 200, body: { epoch: 2 } });
    expect(await resume(id, {}, { 'idempotency-key': 'again-2' })).toMatchObject({ status: 409 });
  });

  it('is the creator’s only', async () => {
    const id = await lab.begin();
    await send(id, 'finish', { state: 'stopped' });
    expect(await lab.owner.send('POST', `${base}/${id}/resume`, { body: { parallel: 1 } })).toMatchObject({
      status: 403,
      body: { code: 'access.denied' }
    });
    expect(await lab.bob.send('POST', `${base}/${id}/resume`, { body: { parallel: 1 } })).toMatchObject({
      status: 200
    });
  });

  it('ends the wait for a dead driver’s own word', async () => {
    const id = await lab.begin();
    await lab.report(id, [running(0)]);
    const { heartbeat_at } = await lab.test.db('experiments').where({ id }).first<{ heartbeat_at: Date }>();
    const service = createExperimentsService({ db: lab.test.db });
    await service.presumeEnded('atlas', id, heartbeat_at, 'the notebook that ran it has ended');
    await resume(id);
    expect(await lab.report(id, [complete(0)])).toMatchObject({ status: 409 });
    await send(id, 'trials/batch', { trials: [running(0, { attempt: 2 })], epoch: 2 });
    expect(await lab.trials(id)).toMatchObject([{ state: 'running', endedAt: null }]);
    expect(await lab.experiment(id)).toMatchObject({
      state: 'running',
      trialCounts: { running: 1, stopped: 0 }
    });
  });
});

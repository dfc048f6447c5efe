import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, type Lab } from '../../testing/lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const running = (number: number, more = {}) => ({ number, state: 'running', params: { C: number }, ...more });
const point = { C: 1, kernel: 'rbf' };
const steer = (id: string, verb: string, body?: object, who = lab.bob) =>
  who.send('POST', `${base}/${id}/${verb}`, body ? { body } : {});
const beat = (id: string, trials: object[] = [], epoch = 1) =>
  lab.driver.send('POST', `${base}/${id}/trials/batch`, { body: { trials, epoch } });
const journal = (id: string, action: string) =>
  lab.test.db('journal').where({ asset: `experiment:${id}`, action });

describe('a running experiment', () => {
  it('is paused and goes on, once however often that is asked for; its driver is told', async () => {
    const id = await lab.begin();
    for (let i = 0; i < 3; i++)
      expect(await steer(id, 'pause')).toMatchObject({ status: 202, body: { state: 'paused' } });
    expect(await beat(id, [running(0)])).toMatchObject({ status: 200, body: { state: 'paused' } });
    expect(await steer(id, 'continue')).toMatchObject({ status: 202, body: { state: 'running' } });
    expect(await beat(id)).toMatchObject({ body: { state: 'running' } });
    expect(await journal(id, 'experiment.pause-requested')).toHaveLength(1);
    expect(await journal(id, 'experiment.continued')).toHaveLength(1);
  });

  it('is stopped after what runs, then at once; nothing takes that back', async () => {
    const id = await lab.begin();
    await steer(id, 'pause');
    for (let i = 0; i < 10; i++)
      expect(await steer(id, 'stop?after=running')).toMatchObject({
        status: 202,
        body: { state: 'draining' }
      });
    for (const verb of ['pause', 'continue'])
      expect(await steer(id, verb)).toMatchObject({ status: 409, body: { code: 'experiment.stopping' } });
    expect(await steer(id, 'trials', { params: point })).toMatchObject({
      status: 409,
      body: { code: 'experiment.stopping' }
    });
    expect(await steer(id, 'stop')).toMatchObject({ body: { state: 'stopping' } });
    expect(await steer(id, 'stop?after=running')).toMatchObject({ body: { state: 'stopping' } });
    await lab.driver.send('POST', `${base}/${id}/finish`, { body: { state: 'stopped' } });
    expect(await steer(id, 'stop')).toMatchObject({ status: 202, body: { state: 'stopped' } });
    for (const [verb, said] of [
      ['pause', 'is stopped; there is nothing to pause.'],
      ['continue', 'is stopped and cannot go on from a pause. Resume it or begin a new one.']
    ] as const)
      expect(await steer(id, verb)).toMatchObject({
        status: 409,
        body: { code: 'experiment.ended', detail: expect.stringContaining(said) as string }
      });
    expect(await journal(id, 'experiment.stop-requested')).toMatchObject([
      { data: { after: 'running' } },
      { data: {} }
    ]);
  });

  it('that is paused is resumed when its driver is gone', async () => {
    const id = await lab.begin();
    await steer(id, 'pause');
    const again = { body: { parallel: 1 } };
    expect(await lab.driver.send('POST', `${base}/${id}/resume`, again)).toMatchObject({ status: 409 });
    await lab.test
      .db('experiments')
      .where({ id })
      .update({ heartbeat_at: lab.test.db.raw(`now() - interval '1 minute'`) });
    expect(await lab.driver.send('POST', `${base}/${id}/resume`, again)).toMatchObject({
      status: 200,
      body: { state: 'running', epoch: 2 }
    });
  });

  it('is steered by its creator and by data owners', async () => {
    const id = await lab.begin();
    await beat(id, [running(0)]);
    const acts = [
      ['pause'],
      ['continue'],
      ['trials/0/stop'],
      ['trials', { params: point }],
      ['stop?after=running']
    ] as const;
    for (const [verb, body] of acts) {
      expect(await steer(id, verb, body, lab.eve)).toMatchObject({
        status: 403,
        body: { code: 'access.denied', detail: expect.stringContaining('bob began this') as string }
      });
      expect((await steer(id, verb, body, lab.owner)).status, verb).toBe(202);
    }
  });
});

describe('a trial', () => {
  it('is told to its driver as to be stopped until it has ended, also as its next attempt', async () => {
    const id = await lab.begin();
    await beat(id, [running(0), running(1)]);
    for (let i = 0; i < 3; i++)
      expect(await steer(id, 'trials/1/stop')).toMatchObject({ status: 202, body: { stopAsked: true } });
    for (let i = 0; i < 2; i++)
      expect(await beat(id)).toMatchObject({
        body: { state: 'running', orders: { stop: [1], enqueue: [] } }
      });
    expect(await beat(id, [running(1, { attempt: 2, state: 'queued' })])).toMatchObject({
      body: { orders: { stop: [1] } }
    });
    expect(
      await beat(id, [running(1, { attempt: 2, state: 'stopped', reason: 'Stopped on request.' })])
    ).toMatchObject({ body: { orders: { stop: [] } } });
    expect(await lab.trials(id)).toMatchObject([{ state: 'running' }, { state: 'stopped', stopAsked: true }]);
    expect((await lab.trials(id))[0]).not.toHaveProperty('stopAsked');
    expect(await journal(id, 'experiment.trial-stop-requested')).toHaveLength(1);
  });

  it('that has ended stays as it is; one that is not there is not known', async () => {
    const id = await lab.begin();
    await beat(id, [running(0, { state: 'complete', value: 1 })]);
    const stopped = await steer(id, 'trials/0/stop');
    expect(stopped).toMatchObject({ status: 202, body: { state: 'complete' } });
    expect(stopped.body).not.toHaveProperty('stopAsked');
    expect(await steer(id, 'trials/7/stop')).toMatchObject({ status: 404, body: { code: 'trial.unknown' } });
    expect(await steer(id, 'trials/x/stop')).toMatchObject({ status: 400 });
  });
});

describe('a point that was picked by hand', () => {
  it('is added to what is planned, and told until it is a trial, by whichever driver', async () => {
    const id = await lab.begin({ planned: 3 });
    const asked = await steer(id, 'trials', { params: point });
    expect(asked).toMatchObject({ status: 202, body: { params: point, askedBy: 'bob' } });
    const told = { id: (asked.body as { id: string }).id, params: point };
    expect(await lab.experiment(id)).toMatchObject({ planned: 4, waiting: 1 });
    for (let i = 0; i < 2; i++)
      expect(await beat(id)).toMatchObject({ body: { orders: { stop: [], enqueue: [told] } } });
    await lab.driver.send('POST', `${base}/${id}/finish`, { body: { state: 'failed' } });
    expect(await lab.experiment(id)).toMatchObject({ waiting: 1 });
    await lab.driver.send('POST', `${base}/${id}/resume`, { body: { parallel: 1 } });
    expect(await beat(id, [], 2)).toMatchObject({ body: { orders: { enqueue: [told] } } });
    const taken = running(0, { params: point, picked: true, point: told.id });
    for (let i = 0; i < 2; i++)
      expect(await beat(id, [taken], 2)).toMatchObject({ body: { orders: { enqueue: [] } } });
    expect(await lab.experiment(id)).toMatchObject({ planned: 4, waiting: 0 });
    expect(await lab.trials(id)).toMatchObject([{ number: 0, params: point, picked: true }]);
  });

  it.each([
    [{ C: 1 }, 'kernel is missing'],
    [{ ...point, C: 1e6 }, 'C has to be from 0.001 to 1000'],
    [{ ...point, C: '1' }, 'C has to be a number'],
    [{ ...point, kernel: 'linear' }, 'kernel is no option'],
    [{ ...point, gamma: 1, constructor: 2 }, 'constructor is no hyperparameter']
  ])('%j is refused: %s', async (params, fault) => {
    const id = await lab.begin();
    expect(await steer(id, 'trials', { params })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', detail: expect.stringContaining(fault) as string }
    });
    expect(await lab.experiment(id)).toMatchObject({ waiting: 0, planned: 40 });
  });

  it('has what is asked for beside the others, and nothing else', async () => {
    const id = await lab.begin({
      space: {
        kernel: { kind: 'choice', options: ['rbf', 'poly'] },
        degree: { kind: 'randint', low: 2, high: 5, when: [{ name: 'kernel', in: ['poly'] }] }
      }
    });
    const status = async (params: object) => (await steer(id, 'trials', { params })).status;
    expect(await status({ kernel: 'rbf' })).toBe(202);
    expect(await status({ kernel: 'poly', degree: 3 })).toBe(202);
    expect(await status({ kernel: 'poly', degree: 2.5 })).toBe(400);
    expect(await status({ kernel: 'poly' })).toBe(400);
    expect(await status({ kernel: 'rbf', degree: 3 })).toBe(400);
  });

  it('is refused where a thousand wait, and after the end', async () => {
    const id = await lab.begin();
    await lab.test.db('experiments').where({ id }).update({ waiting: 1000 });
    expect(await steer(id, 'trials', { params: point })).toMatchObject({
      status: 409,
      body: { code: 'experiment.queue-full' }
    });
    await lab.driver.send('POST', `${base}/${id}/finish`, { body: { state: 'complete' } });
    expect(await steer(id, 'trials', { params: point })).toMatchObject({
      status: 409,
      body: { code: 'experiment.ended' }
    });
  });
});

describe('tags and a note', () => {
  const change = (id: string, body: object, headers = {}, who = lab.eve) =>
    who.send('PATCH', `${base}/${id}`, { body, headers });

  it('are written by every member, found by, and kept from being overwritten unseen', async () => {
    const id = await lab.begin({ tags: ['night', 'night'] });
    const read = await lab.eve.send('GET', `${base}/${id}`);
    expect(read.body).toMatchObject({ tags: ['night'], note: '' });
    const tag = String(read.headers['etag']);
    await beat(id, [running(0)]);
    const mine = await change(id, { tags: ['a', 'Größe 2'], note: 'Seed 3 was lucky.' }, { 'if-match': tag });
    expect(mine).toMatchObject({ status: 200, body: { tags: ['a', 'Größe 2'], note: 'Seed 3 was lucky.' } });
    expect(await change(id, { tags: [] }, { 'if-match': tag })).toMatchObject({
      status: 412,
      body: { code: 'request.stale' }
    });
    expect(await change(id, { note: '' })).toMatchObject({ body: { tags: ['a', 'Größe 2'], note: '' } });
    const found = async (query: string) =>
      ((await lab.eve.send('GET', `${base}?tag=${query}`)).body as { items: { id: string }[] }).items.map(
        one => one.id
      );
    expect(await found(encodeURIComponent('Größe 2'))).toEqual([id]);
    expect(await found('night')).toEqual([]);
    expect(await journal(id, 'experiment.annotated')).toHaveLength(2);
  });

  it.each([
    { tags: [''] },
    { tags: ['x'.repeat(41)] },
    { tags: ['a\nb'] },
    { tags: ['a\u202eb'] },
    { tags: ['a,b'] },
    { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) },
    { note: 'x'.repeat(2001) },
    { name: 'other' }
  ])('are refused where they make no sense: %j', async body => {
    const id = await lab.begin();
    expect(await change(id, body)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });
});

describe('what a search was begun with', () => {
  it('is there for whoever resumes it', async () => {
    const given = { pruner: 'asha:factor=4', seed: 7, time: 900, gpuHours: 1.5 };
    expect(await lab.experiment(await lab.begin(given))).toMatchObject(given);
    expect(await lab.experiment(await lab.begin())).toMatchObject({ pruner: null, seed: null, time: null });
  });
});

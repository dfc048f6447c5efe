import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, sweep, type Lab } from '../../testing/lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const running = (number: number, more = {}) => ({ number, state: 'running', params: { C: number }, ...more });
const complete = (number: number, value: number, more = {}) => ({
  ...running(number),
  state: 'complete',
  value,
  ...more
});

describe('an experiment', () => {
  it('is begun by a driver and seen by every member', async () => {
    const made = await lab.driver.send('POST', base, { body: sweep });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'digits', state: 'running', best: null, createdBy: 'bob', trialCounts: { running: 0 } }
    });
    const { id } = made.body as { id: string };
    expect((await lab.eve.send('GET', base)).body).toMatchObject({ items: [{ id }] });
    expect(await lab.eve.send('GET', `${base}/${id}`)).toMatchObject({
      status: 200,
      body: { space: sweep.space }
    });
  });

  it('is begun once per idempotency key', async () => {
    const headers = { 'idempotency-key': 'sweep-1' };
    const [first, second] = [
      await lab.driver.send('POST', base, { body: sweep, headers }),
      await lab.driver.send('POST', base, { body: sweep, headers })
    ];
    expect(second.body).toEqual(first.body);
    const { id } = first.body as { id: string };
    // A server that died before it could remember its answer.
    await lab.test.db('idempotency_keys').where({ key: 'sweep-1' }).update({ body: null });
    expect(await lab.driver.send('POST', base, { body: sweep, headers })).toMatchObject({
      status: 503,
      body: { code: 'service.unavailable', retriable: true }
    });
    await lab.test
      .db('idempotency_keys')
      .where({ key: 'sweep-1' })
      .update({ created_at: new Date(0) });
    expect((await lab.driver.send('POST', base, { body: sweep, headers })).body).toMatchObject({ id });
    const begun = { asset: `experiment:${id}`, action: 'experiment.started' };
    expect(await lab.test.db('journal').where(begun)).toHaveLength(1);
  });

  it('does not begin from a browser', async () => {
    const hub = lab.test.anonymous;
    expect(await hub.send('POST', base, { body: sweep })).toMatchObject({ status: 401 });
  });

  it('needs a search space that makes sense; every fault is named', async () => {
    const space = {
      a: { kind: 'uniform', low: 1, high: 1 },
      b: { kind: 'randint', low: 3, high: 2 },
      c: { kind: 'randint', low: 3, high: 3 }
    };
    expect(await lab.driver.send('POST', base, { body: { ...sweep, space } })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ pointer: '/body/space/a' }, { pointer: '/body/space/b' }] }
    });
  });

  it('takes steps and conditions that can hold, and no others', async () => {
    const kernel = { kind: 'choice', options: ['linear', 'rbf'] };
    const sound = {
      kernel,
      gamma: { kind: 'loguniform', low: 1e-4, high: 1, when: [{ name: 'kernel', in: ['rbf'] }] },
      degree: { kind: 'randint', low: 2, high: 8, step: 2, when: [{ name: 'kernel', in: ['linear'] }] },
      units: { kind: 'qloguniform', low: 16, high: 512, step: 16 }
    };
    const made = await lab.driver.send('POST', base, { body: { ...sweep, space: sound } });
    expect(made).toMatchObject({ status: 201, body: { space: sound } });
    const on = (name: string, ...values: unknown[]) => ({ ...kernel, when: [{ name, in: values }] });
    const faults = async (space: object) => {
      const { status, body } = await lab.driver.send('POST', base, { body: { ...sweep, space } });
      expect(status).toBe(400);
      return (body as { errors: { detail: string }[] }).errors.map(({ detail }) => detail);
    };
    expect(
      await faults({
        a: { kind: 'quniform', low: 0, high: 1, step: 2 },
        b: on('nothing', 1),
        c: on('c', 'rbf'),
        d: on('e', 1),
        e: { kind: 'uniform', low: 0, high: 1 },
        f: on('g', 'sigmoid'),
        g: kernel,
        h: on('constructor', 1)
      })
    ).toEqual([
      'step is wider than from low to high',
      'when: there is no dimension nothing',
      'when: it depends on itself',
      'when: e is uniform, which hits no value twice',
      'when: "sigmoid" is no option of g',
      'when: there is no dimension constructor'
    ]);
    expect(await faults({ a: on('b', 'rbf'), b: on('a', 'rbf'), c: kernel })).toHaveLength(2);
  });

  it('is not found under another id or project', async () => {
    const none = await lab.bob.send('GET', `${base}/00000000-0000-4000-8000-000000000000`);
    expect(none).toMatchObject({ status: 404, body: { code: 'experiment.unknown' } });
    for (const odd of ['0'.repeat(36), '-'.repeat(36)])
      expect(await lab.bob.send('GET', `${base}/${odd}`)).toMatchObject({ status: 400 });
    const id = await lab.begin();
    await lab.owner.send('POST', '/api/v1/projects', { body: { name: 'other' } });
    expect(await lab.owner.send('GET', `/api/v1/projects/other/experiments/${id}`)).toMatchObject({
      status: 404
    });
    expect(await lab.owner.send('POST', `/api/v1/projects/other/experiments/${id}/stop`)).toMatchObject({
      status: 404
    });
  });

  it('knows its best trial by its direction, and counts', async () => {
    for (const [direction, best] of [
      ['maximize', 1],
      ['minimize', 2]
    ] as const) {
      const id = await lab.begin({ direction });
      await lab.report(id, [
        complete(0, 0.5),
        complete(1, 0.9),
        complete(2, 0.1),
        complete(3, 0.9),
        complete(4, 0.1),
        { ...running(5), state: 'pruned', value: 7 },
        running(6)
      ]);
      expect(await lab.experiment(id)).toMatchObject({
        best: { number: best, params: { C: best } },
        trialCounts: { complete: 5, pruned: 1, running: 1, failed: 0 }
      });
    }
  });

  it('keeps what a trial said, odd characters too', async () => {
    const id = await lab.begin();
    const failed = {
      number: 0,
      state: 'failed',
      params: { s: 'a\u0000b\ud800', t: true, n: null },
      reason: 'no\u0000',
      traceback: 'Traceback\n \u0000',
      metrics: { 'loss\u0000': 1e-300 },
      startedAt: '2026-11-22T10:00:00.123Z',
      endedAt: '2026-11-22T10:00:01Z',
      executor: 'e1'
    };
    expect(await lab.report(id, [failed])).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await lab.trials(id)).toEqual([
      {
        number: 0,
        attempt: 1,
        state: 'failed',
        params: { s: 'a\ufffdb\ufffd', t: true, n: null },
        value: null,
        metrics: { 'loss\ufffd': 1e-300 },
        reason: 'no\ufffd',
        traceback: 'Traceback\n \ufffd',
        executor: 'e1',
        startedAt: '2026-11-22T10:00:00.123Z',
        endedAt: '2026-11-22T10:00:01.000Z'
      }
    ]);
  });

  it.each(['NaN', 'Infinity', '1e999'])('takes no %s for a number', async number => {
    const id = await lab.begin();
    const raw = `{"trials":[{"number":0,"state":"complete","params":{},"value":${number}}]}`;
    const refused = await lab.driver.send('POST', `${base}/${id}/trials/batch`, {
      raw,
      headers: { 'content-type': 'application/json' }
    });
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(await lab.trials(id)).toEqual([]);
  });

  it('is reported on by its creator only, from wherever they are', async () => {
    const id = await lab.begin();
    const body = { trials: [running(0)] };
    for (const who of [lab.owner, lab.eve])
      for (const [path, sent] of [
        ['trials/batch', body],
        ['finish', { state: 'complete' }]
      ] as const)
        expect(await who.send('POST', `${base}/${id}/${path}`, { body: sent })).toMatchObject({
          status: 403,
          body: { code: 'access.denied' }
        });
    expect(await lab.bob.send('POST', `${base}/${id}/trials/batch`, { body })).toMatchObject({ status: 200 });
  });

  it('lists a thousand trials page by page', async () => {
    const id = await lab.begin();
    await lab.report(
      id,
      Array.from({ length: 1000 }, (_, i) => complete(999 - i, i))
    );
    const numbers: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await lab.eve.send(
        'GET',
        `${base}/${id}/trials?limit=300${cursor && `&cursor=${cursor}`}`
      );
      const page = body as { items: { number: number }[]; nextCursor: string | null };
      numbers.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor;
    }
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(
      await lab.driver.send('POST', `${base}/${id}/trials/batch`, {
        body: { trials: Array.from({ length: 1001 }, (_, i) => running(i)) }
      })
    ).toMatchObject({ status: 400 });
  });
});

describe('stopping', () => {
  it('is asked for once, however often it is pressed, and told to the driver', async () => {
    const id = await lab.begin();
    const presses = await Promise.all(
      Array.from({ length: 10 }, () => lab.bob.send('POST', `${base}/${id}/stop`))
    );
    for (const press of presses) expect(press).toMatchObject({ status: 202, body: { state: 'stopping' } });
    expect(
      await lab.test.db('journal').where({ asset: `experiment:${id}`, action: 'experiment.stop-requested' })
    ).toHaveLength(1);
    expect((await lab.report(id, [])).body).toMatchObject({ state: 'stopping' });
    const end = { state: 'stopped', reason: 'Stopped on request.' };
    expect(await lab.driver.send('POST', `${base}/${id}/finish`, { body: end })).toMatchObject({
      status: 200,
      body: end
    });
    expect(await lab.bob.send('POST', `${base}/${id}/stop`)).toMatchObject({
      status: 202,
      body: { state: 'stopped' }
    });
  });

  it('others’ is for data owners', async () => {
    const id = await lab.begin();
    const refused = await lab.eve.send('POST', `${base}/${id}/stop`);
    expect(refused).toMatchObject({ status: 403, body: { code: 'access.denied' } });
    expect((refused.body as { detail: string }).detail).toMatch(/experiment\.stop-others.*data owner/);
    expect(await lab.owner.send('POST', `${base}/${id}/stop`)).toMatchObject({ status: 202 });
  });
});

describe('the end', () => {
  it('said again is no fault, another one is; nothing is added after it but a repetition is fine', async () => {
    const id = await lab.begin();
    await lab.report(id, [complete(0, 1), running(1)]);
    const finish = (state: string) => lab.driver.send('POST', `${base}/${id}/finish`, { body: { state } });
    const [first, again] = [await finish('complete'), await finish('complete')];
    expect(first).toMatchObject({
      status: 200,
      body: { state: 'complete', trialCounts: { complete: 1, stopped: 1, running: 0 } }
    });
    expect(again.body).toEqual(first.body);
    expect(await finish('failed')).toMatchObject({ status: 409, body: { code: 'experiment.ended' } });
    expect(await lab.report(id, [complete(0, 1)])).toMatchObject({
      status: 200,
      body: { state: 'complete' }
    });
    expect(await lab.report(id, [complete(2, 1)])).toMatchObject({
      status: 409,
      body: { code: 'experiment.ended' }
    });
    expect(await lab.trials(id)).toHaveLength(2);
    expect(
      await lab.test.db('journal').where({ asset: `experiment:${id}`, action: 'experiment.ended' })
    ).toHaveLength(1);
  });
});

describe('live events', () => {
  const path = '/api/v1/projects/atlas/events';
  const isLast = (id: string) => (events: { event: string; data: unknown }[]) =>
    events.some(
      ({ event, data }) =>
        event === 'experiment' &&
        (data as { id: string; state: string }).id === id &&
        (data as { state: string }).state === 'complete'
    );

  it('tell of every change in the end, resumed without loss, however often the stream is cut', async () => {
    const id = await lab.begin();
    const seen = new Map<number, string>();
    let cursor = '0-0';
    const follow = async () => {
      for (;;) {
        // One event at a time, then the line is cut.
        const [first] = await lab.eve.events(`${path}?experiment=${id}`, events => events.length > 0, {
          'last-event-id': cursor
        });
        if (!first) continue;
        const data = first.data as { number: number; state: string; id?: string };
        if (first.event === 'trial') seen.set(data.number, data.state);
        cursor = first.id;
        if (first.event === 'experiment' && isLast(id)([first])) return;
      }
    };
    const drive = async () => {
      const third = async (n: number) => {
        for (let i = n; i < 30; i += 3) {
          await lab.report(id, [running(i)]);
          await lab.report(id, [complete(i, i)]);
        }
      };
      await Promise.all([third(0), third(1), third(2)]);
      await lab.driver.send('POST', `${base}/${id}/finish`, { body: { state: 'complete' } });
    };
    await Promise.all([drive(), follow()]);
    expect([...seen.entries()].sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => [i, 'complete'])
    );
  });

  it('are live, and of other experiments only the whole', async () => {
    const [id, other] = [await lab.begin(), await lab.begin()];
    const live = lab.bob.events(`${path}?experiment=${id}`, isLast(id), { 'last-event-id': await head() });
    await lab.report(other, [complete(0, 1)]);
    await lab.report(id, [complete(0, 0.5)]);
    await lab.driver.send('POST', `${base}/${id}/finish`, { body: { state: 'complete' } });
    const events = await live;
    expect(
      events
        .filter(({ event }) => event === 'trial')
        .map(({ data }) => (data as { experiment: string }).experiment)
    ).toEqual([id]);
    expect(
      events.some(({ event, data }) => event === 'experiment' && (data as { id: string }).id === other)
    ).toBe(true);
  });

  const head = async (): Promise<string> => {
    const row = await lab.test.db('experiments').max<{ max: number }>('seq as max').first();
    return `0-${row?.max ?? 0}`;
  };
});

describe('what a driver says at length', () => {
  const long = 'x'.repeat(100_000);
  const failed = (number: number) => ({ ...running(number), state: 'failed', traceback: long });

  it('comes in pages that a server can hold, and nothing is left out', async () => {
    const id = await lab.begin();
    for (let from = 0; from < 60; from += 20)
      expect(
        await lab.report(
          id,
          Array.from({ length: 20 }, (_, i) => failed(from + i))
        )
      ).toMatchObject({
        status: 200
      });
    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await lab.bob.send('GET', `${base}/${id}/trials?limit=1000${cursor}`);
      const { items, nextCursor } = body as { items: { number: number }[]; nextCursor: string | null };
      expect(items.length).toBeLessThanOrEqual(11);
      seen.push(...items.map(({ number }) => number));
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  it('is refused where lists would not hold it', async () => {
    const id = await lab.begin();
    const many = (count: number, value: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`name_${i}`, value]));
    for (const more of [{ metrics: many(10_000, 1) }, { params: many(20, 'x'.repeat(1000)) }])
      expect(await lab.report(id, [running(0, more)])).toMatchObject({
        status: 400,
        body: { code: 'request.invalid' }
      });
    const space = many(100, { kind: 'choice', options: ['x'.repeat(1000)] });
    expect(await lab.driver.send('POST', base, { body: { ...sweep, space } })).toMatchObject({ status: 400 });
  });
});

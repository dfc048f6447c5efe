import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle, type Ask } from './leases.queue.js';
import { faultsOf, nothing, sum, type Amounts, type Held } from './quota.ledger.js';

const gibibyte = 2 ** 30;
const of = (cores: number, memory: number, gpus = 0): Amounts => ({
  ...nothing,
  cores,
  memory: memory * gibibyte,
  gpus
});
const limits = { user: of(4, 8, 3), project: of(6, 12, 3), machine: of(8, 16, 3) };
/** GPUs 0 and 1 are of one type, 2 of another. */
const gpuSets = [[0, 1, 2], [0, 1], [2]];
const typeOf = (gpu: number): string => (gpu === 2 ? 'B' : 'A');

let last = 0;
const ask = (who: string, amounts: Amounts, gpus: readonly number[] = [0, 1, 2]): Ask => {
  const [project = '', user = ''] = who.split('/');
  return { id: `${who} ${String(++last)}`, project, user, amounts, gpus };
};
const ids = (all: readonly { id: string }[]): string[] => all.map(one => one.id);
const judged = (queue: readonly Ask[], held: readonly Ask[] = [], taken: readonly number[] = []) =>
  settle(queue, held, taken, { limitsOf: () => limits, typeOf });

describe('the queue', () => {
  it('grants what fits', () => {
    const one = ask('a/u', of(4, 8));
    expect(judged([one])).toMatchObject({ granted: [{ id: one.id, gpuIndexes: [] }], waiting: [] });
  });

  it('says what is waited for and at which place', () => {
    const first = ask('a/u', of(1, 10));
    const second = ask('b/v', of(1, 8));
    const third = ask('c/w', of(1, 8));
    const { waiting } = judged([second, third], [first]);
    expect(waiting).toEqual([
      {
        id: second.id,
        position: 1,
        why: 'You ask for 8 GiB of memory; 6 GiB of memory free on this machine, out of 16 GiB of memory. Held by other projects 10 GiB of memory.'
      },
      expect.objectContaining({ id: third.id, position: 2 })
    ]);
  });

  it('lets nobody pass who would take what an earlier one waits for', () => {
    const holder = ask('a/u', of(1, 12));
    const [early, late] = [ask('b/v', of(1, 6)), ask('c/w', of(1, 2))];
    const { granted, waiting } = judged([early, late], [holder]);
    expect(granted).toEqual([]);
    expect(waiting[1]).toMatchObject({
      id: late.id,
      why: 'What is free is kept for those who asked before you.'
    });
  });

  it('lets others pass who take nothing of it', () => {
    const holder = ask('a/u', of(8, 1));
    const [early, late] = [ask('b/v', of(2, 2)), ask('c/w', of(0, 4))];
    expect(ids(judged([early, late], [holder]).granted)).toEqual([late.id]);
  });

  it('keeps nobody waiting for one who is only over a quota of their own', () => {
    const mine = ask('a/u', of(4, 4));
    const [again, colleague, stranger] = [ask('a/u', of(2, 2)), ask('a/v', of(2, 2)), ask('b/w', of(2, 2))];
    expect(ids(judged([again, colleague, stranger], [mine]).granted)).toEqual([colleague.id, stranger.id]);
    const ours = [ask('a/u', of(3, 4)), ask('a/v', of(3, 4))];
    const [blocked, sameProject, other] = [ask('a/x', of(1, 1)), ask('a/y', of(1, 1)), ask('b/w', of(2, 2))];
    expect(ids(judged([blocked, sameProject, other], ours).granted)).toEqual([other.id]);
  });

  it('keeps GPUs of the type that is waited for, and no others', () => {
    const [untyped, early, late] = [
      ask('a/u', of(0, 1, 1), [0, 1, 2]),
      ask('b/v', of(0, 1, 2), [0, 1]),
      ask('c/w', of(0, 1, 1), [2])
    ];
    const { granted, waiting } = judged([early, untyped, late], [], [0]);
    expect(ids(waiting)).toEqual([early.id, late.id]);
    expect(granted).toEqual([{ id: untyped.id, gpuIndexes: [2] }]);
    expect(waiting[0]?.why).toBe('You ask for 2 GPUs of that type; 1 are free on this machine.');
  });
});

const asks = (length: { minLength?: number; maxLength: number }) =>
  fc
    .array(
      fc.record({
        who: fc.constantFrom('a/u', 'a/v', 'b/u', 'b/w', 'c/x'),
        cores: fc.integer({ min: 0, max: 4 }),
        memory: fc.integer({ min: 0, max: 8 }),
        gpus: fc.integer({ min: 0, max: 2 }),
        from: fc.constantFrom(...gpuSets)
      }),
      length
    )
    .map(all =>
      all
        .map(({ who, cores, memory, gpus, from }) =>
          ask(who, of(cores, memory, Math.min(gpus, from.length)), from)
        )
        .filter(one => faultsOf(one, limits, []).length === 0)
    );

/** What is held with its GPUs, changed by turns. */
const floor = () => {
  const held = new Map<string, { ask: Ask; gpus: readonly number[] }>();
  let queue: Ask[] = [];
  const turn = () => {
    const result = settle(
      queue,
      [...held.values()].map(one => one.ask),
      [...held.values()].flatMap(one => one.gpus),
      { limitsOf: () => limits, typeOf }
    );
    for (const { id, gpuIndexes } of result.granted) {
      const one = queue.find(each => each.id === id);
      if (one) held.set(id, { ask: one, gpus: gpuIndexes });
    }
    queue = queue.filter(each => !held.has(each.id));
    return result;
  };
  return {
    held,
    queue: () => queue,
    add(one: Ask) {
      queue.push(one);
      return turn();
    },
    release(id: string | undefined) {
      if (id !== undefined) held.delete(id);
      return turn();
    }
  };
};

describe('whatever is asked and given back in whatever order, the queue', () => {
  const steps = fc.tuple(asks({ maxLength: 30 }), fc.array(fc.nat(), { minLength: 30, maxLength: 30 }));

  it('never lends more than a limit, nor a GPU twice', () => {
    fc.assert(
      fc.property(steps, ([all, picks]) => {
        const on = floor();
        all.forEach((one, index) => {
          on.add(one);
          const names = [...on.held.keys()];
          const pick = picks[index] ?? 0;
          if (pick % 3 === 0) on.release(names[pick % names.length]);
          const holding: Held[] = [...on.held.values()].map(each => each.ask);
          const totals = [
            [limits.machine, holding],
            ...['a', 'b', 'c'].map(p => [limits.project, holding.filter(h => h.project === p)] as const),
            ...holding.map(
              h =>
                [
                  limits.user,
                  holding.filter(other => other.project === h.project && other.user === h.user)
                ] as const
            )
          ] as const;
          for (const [limit, some] of totals) {
            const used = sum(some.map(each => each.amounts));
            for (const kind of ['cores', 'memory', 'gpus'] as const)
              expect(used[kind]).toBeLessThanOrEqual(limit[kind]);
          }
          const gpus = [...on.held.values()].flatMap(each => each.gpus);
          expect(new Set(gpus).size).toBe(gpus.length);
        });
      })
    );
  });

  it('decides about each without a look at those behind', () => {
    fc.assert(
      fc.property(
        asks({ maxLength: 8 }),
        asks({ maxLength: 8 }),
        asks({ maxLength: 6 }),
        (held, before, after) => {
          const start = floor();
          for (const one of held) start.add(one);
          const holding = [...start.held.values()];
          const decide = (queue: readonly Ask[]) =>
            settle(
              queue,
              holding.map(one => one.ask),
              holding.flatMap(one => one.gpus),
              { limitsOf: () => limits, typeOf }
            );
          const alone = decide(before);
          const whole = decide([...before, ...after]);
          expect(whole.granted.slice(0, alone.granted.length)).toEqual(alone.granted);
          expect(whole.waiting.slice(0, alone.waiting.length)).toEqual(alone.waiting);
        }
      )
    );
  });

  it('gives everybody their turn, however many come after them', () => {
    fc.assert(
      fc.property(
        asks({ minLength: 1, maxLength: 6 }),
        asks({ minLength: 1, maxLength: 4 }),
        asks({ minLength: 1, maxLength: 10 }),
        (held, waiting, later) => {
          const on = floor();
          for (const one of [...held, ...waiting]) on.add(one);
          const patient = on.queue().map(one => one.id);
          let rounds = 0;
          while (on.queue().some(one => patient.includes(one.id))) {
            const next = later[rounds % later.length];
            // Those who come later never tire, and everybody gives back in the order of getting.
            if (next) on.add({ ...next, id: `later ${String(rounds)}` });
            on.release([...on.held.keys()][0]);
            expect(++rounds).toBeLessThan(500);
          }
        }
      )
    );
  });

  it('is no different for others where somebody is over their own quota', () => {
    fc.assert(
      fc.property(asks({ maxLength: 10 }), asks({ minLength: 1, maxLength: 8 }), (before, queue) => {
        const start = floor();
        for (const one of before) start.add(one);
        const holding = [...start.held.values()];
        const decide = (some: readonly Ask[]) =>
          settle(
            some,
            holding.map(one => one.ask),
            holding.flatMap(one => one.gpus),
            { limitsOf: () => limits, typeOf }
          );
        const own = queue.filter(one =>
          faultsOf(
            one,
            limits,
            holding.map(h => h.ask)
          ).some(fault => fault.limit !== 'machine')
        );
        const [blocked] = own;
        if (!blocked) return;
        const elsewhere = (all: readonly { id: string }[]) =>
          ids(all).filter(id => queue.some(one => one.id === id && one.project !== blocked.project));
        const without = queue.filter(one => one !== blocked);
        // Its own project's later ones may pass or not; what is left of them must not show elsewhere through it.
        if (queue.some(one => one !== blocked && one.project === blocked.project)) return;
        expect(elsewhere(decide(queue).granted)).toEqual(elsewhere(decide(without).granted));
      })
    );
  });
});

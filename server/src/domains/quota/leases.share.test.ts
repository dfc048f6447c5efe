import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share, type Floor, type SharingAsk } from './leases.share.js';
import { heldWith, type Sharer } from './leases.sharers.js';
import { nothing, sum, type Amounts, type Limits } from './quota.ledger.js';

const gibibyte = 2 ** 30;
const of = (cores: number, memory: number): Amounts => ({ ...nothing, cores, memory: memory * gibibyte });
const limits: Limits = { user: of(8, 16), project: of(12, 20), machine: of(16, 24) };

let last = 0;
const named = (who: string) => {
  const [project = '', user = ''] = who.split('/');
  return { id: `${who} ${String(++last)}`, project, user };
};
const ask = (who: string, cores: number, memory: number): SharingAsk => ({
  ...named(who),
  amounts: of(cores, memory),
  gpus: []
});
const elasticAsk = (who: string, parts: number, cores = 1, memory = 1): SharingAsk => ({
  ...ask(who, cores, memory),
  parts
});
const sharer = (who: string, executors: number, more = 0, cores = 1, memory = 1): Sharer => ({
  ...named(who),
  executors,
  more,
  each: of(cores, memory)
});
const on = (floor: Partial<Floor>, within: Limits = limits) =>
  share(
    { queue: [], sharers: [], held: [], taken: [], ...floor },
    { limitsOf: () => within, typeOf: () => '' }
  );
const keeps = (result: ReturnType<typeof share>) =>
  Object.fromEntries(result.asked.map(({ id, keep }) => [id, keep]));

describe('who shares', () => {
  it('gets as many as there are, and waits for the rest', () => {
    const one = elasticAsk('a/u', 12);
    const { granted, grown, waiting } = on({ queue: [one] });
    expect(granted.map(({ id }) => id)).toEqual([one.id]);
    expect(grown.get(one.id)).toBe(8);
    expect(waiting).toMatchObject([
      { id: one.id, position: 1, why: expect.stringContaining('0 cores free of yours') as string }
    ]);
  });

  it('waits where not one fits, and is lent one before anybody gets a second', () => {
    const full = on({ queue: [elasticAsk('a/u', 2)], held: [ask('b/v', 16, 1)] });
    expect(full.granted).toEqual([]);
    const [greedy, late] = [elasticAsk('a/u', 8), elasticAsk('b/v', 8)];
    const { grown } = on({ queue: [greedy, late] }, { ...limits, machine: of(5, 24) });
    expect([grown.get(greedy.id), grown.get(late.id)]).toEqual([3, 2]);
  });

  it('grows only into what nobody waits for', () => {
    const mine = sharer('a/u', 2, 4);
    const waits = ask('b/v', 8, 2);
    const within = { ...limits, machine: of(9, 24) };
    const { grown, granted } = on({ queue: [waits], sharers: [mine] }, within);
    expect([granted, grown.size]).toEqual([[], 0]);
    expect(on({ sharers: [mine] }, within).grown.get(mine.id)).toBe(4);
  });

  it('keeps nobody waiting with its wish for more', () => {
    const mine = sharer('a/u', 2, 4, 4, 1);
    const small = ask('b/v', 1, 1);
    const { granted, grown } = on({ queue: [small], sharers: [mine] }, { ...limits, machine: of(11, 24) });
    expect([granted.map(({ id }) => id), grown.size]).toEqual([[small.id], 0]);
  });
});

describe('who shares is asked to give back', () => {
  const within = { ...limits, machine: of(8, 24) };

  it('no more than the first in the queue needs, and from who has most', () => {
    const [much, little] = [sharer('a/u', 6), sharer('b/v', 2)];
    const first = ask('c/w', 2, 1);
    const result = on({ queue: [first, ask('c/x', 2, 1)], sharers: [much, little] }, within);
    expect(keeps(result)).toEqual({ [much.id]: 4 });
    expect(result.asked[0]?.because).toEqual({ for: 'ask', project: 'c', user: 'w' });
  });

  it('by an ask that shares too, for the one that it needs; one is left to everybody', () => {
    const mine = sharer('a/u', 8);
    expect(keeps(on({ queue: [elasticAsk('c/w', 4)], sharers: [mine] }, within))).toEqual({ [mine.id]: 7 });
    expect(keeps(on({ queue: [ask('c/w', 8, 1)], sharers: [mine] }, within))).toEqual({});
  });

  it('by nobody whom it does not help', () => {
    const mine = sharer('a/u', 6);
    const other = ask('b/v', 2, 1);
    const ofProject = { ...limits, project: of(2, 20) };
    // What is in the way of the first is the quota of its own project.
    expect(keeps(on({ queue: [ask('b/w', 2, 1)], held: [other], sharers: [mine] }, ofProject))).toEqual({
      [mine.id]: 2
    });
    const sharing = sharer('a/u', 2);
    expect(keeps(on({ queue: [ask('b/w', 2, 1)], held: [other], sharers: [sharing] }, ofProject))).toEqual(
      {}
    );
  });

  it('no longer when nobody waits', () => {
    expect(on({ sharers: [sharer('a/u', 6)] }, within).asked).toEqual([]);
  });

  it('where a quota was lowered, as far as it reaches', () => {
    const [much, little] = [sharer('a/u', 6), sharer('a/v', 3)];
    const result = on({ sharers: [much, little] }, { ...limits, project: of(5, 20) });
    expect(keeps(result)).toEqual({ [much.id]: 3, [little.id]: 2 });
    expect(result.asked[0]?.because).toEqual({
      for: 'quota',
      words: 'The quota was lowered: 9 cores in a are held, and 5 cores are what may be.'
    });
    expect(keeps(on({ sharers: [much, little] }, { ...limits, project: of(0, 0) }))).toEqual({
      [much.id]: 1,
      [little.id]: 1
    });
  });

  it('by who has fewer and takes more, until they are even', () => {
    const [much, little] = [sharer('a/u', 7, 1), sharer('b/v', 1, 7)];
    const result = on({ sharers: [much, little] }, within);
    expect(keeps(result)).toEqual({ [much.id]: 4 });
    expect(result.asked[0]?.because).toEqual({ for: 'fewer', project: 'b', user: 'v' });
    expect(on({ sharers: [sharer('a/u', 4, 4), sharer('b/v', 4, 4)] }, within).asked).toEqual([]);
    expect(
      on({ sharers: [sharer('a/u', 4, 4), sharer('b/v', 3, 4)] }, { ...limits, machine: of(7, 24) }).asked
    ).toEqual([]);
  });
});

describe('whatever is asked, given back and left in whatever order', () => {
  const people = ['a/u', 'a/v', 'b/u', 'b/w', 'c/x'];
  const step = fc.record({
    kind: fc.constantFrom('ask', 'elastic', 'obey', 'obey', 'leave', 'lower'),
    who: fc.constantFrom(...people),
    cores: fc.integer({ min: 1, max: 4 }),
    memory: fc.integer({ min: 1, max: 6 }),
    parts: fc.integer({ min: 1, max: 8 }),
    pick: fc.nat()
  });

  /** What is held and waits, changed by turns as the ledger does. */
  const ground = () => {
    let within = limits;
    let queue: SharingAsk[] = [];
    let held: SharingAsk[] = [];
    let sharers: Sharer[] = [];
    const turn = () => {
      const result = share({ queue, sharers, held, taken: [] }, { limitsOf: () => within, typeOf: () => '' });
      sharers = sharers.map(one => {
        const by = result.grown.get(one.id) ?? 0;
        return { ...one, executors: one.executors + by, more: one.more - by };
      });
      for (const { id } of result.granted) {
        const one = queue.find(each => each.id === id);
        if (!one) continue;
        const executors = result.grown.get(id);
        if (one.parts === undefined) held.push(one);
        else if (executors !== undefined)
          sharers.push({ ...one, each: one.amounts, executors, more: one.parts - executors });
      }
      queue = queue.filter(one => !result.granted.some(({ id }) => id === one.id));
      return result;
    };
    return {
      turn,
      now: () => ({ queue, held, sharers, within }),
      add: (one: SharingAsk) => void queue.push(one),
      /** Gives back what it is asked to, and would have it again: at the end of the line. */
      obey(id: string, keep: number) {
        sharers = sharers.map(one =>
          one.id === id ? { ...one, executors: keep, more: one.more + one.executors - keep } : one
        );
        sharers = [...sharers.filter(one => one.id !== id), ...sharers.filter(one => one.id === id)];
      },
      leave(pick: number) {
        const all = [...held, ...sharers].map(({ id }) => id);
        const gone = all[pick % Math.max(1, all.length)];
        held = held.filter(({ id }) => id !== gone);
        sharers = sharers.filter(({ id }) => id !== gone);
      },
      limit: (to: Limits) => {
        within = to;
      }
    };
  };
  type Ground = ReturnType<typeof ground>;

  const play = (
    at: Ground,
    { kind, who, cores, memory, parts, pick }: typeof step extends fc.Arbitrary<infer S> ? S : never
  ) => {
    const { asked } = at.turn();
    if (kind === 'ask') at.add(ask(who, cores, memory));
    if (kind === 'elastic') at.add(elasticAsk(who, parts, cores, memory));
    if (kind === 'leave') at.leave(pick);
    if (kind === 'obey') for (const { id, keep } of asked) at.obey(id, keep);
    return at.turn();
  };
  const usedBy = (at: Ground, of: (one: { project: string; user: string }) => boolean) => {
    const { held, sharers } = at.now();
    return sum(
      [...held, ...sharers.map(one => heldWith(one, one.executors))].filter(of).map(({ amounts }) => amounts)
    );
  };

  it('never is more lent than a limit, nor anybody asked for the last one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const at = ground();
        for (const one of steps) {
          const { asked } = play(at, one);
          const { sharers } = at.now();
          for (const { id, keep } of asked) {
            expect(keep).toBeGreaterThanOrEqual(1);
            expect(keep).toBeLessThan(sharers.find(each => each.id === id)?.executors ?? 0);
          }
          for (const each of sharers) expect(each.executors).toBeGreaterThanOrEqual(1);
          const scopes = [
            [limits.machine, usedBy(at, () => true)],
            ...people.flatMap(name => {
              const { project, user } = named(name);
              return [
                [limits.project, usedBy(at, held => held.project === project)],
                [limits.user, usedBy(at, held => held.project === project && held.user === user)]
              ] as const;
            })
          ] as const;
          for (const [limit, used] of scopes) {
            expect(used.cores).toBeLessThanOrEqual(limit.cores);
            expect(used.memory).toBeLessThanOrEqual(limit.memory);
          }
        }
      })
    );
  });

  it('comes to rest where all do what they are asked: nothing goes to and fro', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, lowered) => {
        const at = ground();
        for (const one of steps) play(at, one);
        if (lowered) at.limit({ ...limits, project: of(4, 8) });
        let rounds = 0;
        for (let result = at.turn(); result.asked.length > 0; result = at.turn()) {
          for (const { id, keep } of result.asked) at.obey(id, keep);
          expect(++rounds).toBeLessThan(100);
        }
      })
    );
  });

  it('gets what was given back to whom it was given back for', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        const at = ground();
        for (const one of steps) play(at, one);
        const { asked } = at.turn();
        const forAsk = asked.find(({ because }) => because.for === 'ask');
        if (!forAsk || forAsk.because.for !== 'ask') return;
        const { project, user } = forAsk.because;
        const waited = at.now().queue.filter(one => one.project === project && one.user === user).length;
        for (const { id, keep } of asked) at.obey(id, keep);
        at.turn();
        const waits = at.now().queue.filter(one => one.project === project && one.user === user).length;
        expect(waits).toBeLessThan(waited);
      })
    );
  });

  it('gives everybody their turn who could work beside the others', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), steps => {
        const at = ground();
        for (const one of steps) play(at, one);
        const patient = at.now().queue.map(({ id }) => id);
        let rounds = 0;
        while (at.now().queue.some(({ id }) => patient.includes(id))) {
          // Those who come later never tire, and everybody leaves in the order of coming.
          at.add(elasticAsk('c/x', 6, 2, 2));
          for (const { id, keep } of at.turn().asked) at.obey(id, keep);
          at.leave(0);
          at.turn();
          expect(++rounds).toBeLessThan(500);
        }
      })
    );
  });
});

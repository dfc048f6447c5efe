import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle, type Ask, type Rules } from './leases.queue.js';
import { nothing, roomFor, type Amounts, type Held, type Limits } from './quota.ledger.js';

/** Six GPUs: four of type A, two of B. */
const all = [0, 1, 2, 3, 4, 5];
const typeOf = (gpu: number): string => (gpu < 4 ? 'A' : 'B');
const ofType = (type: string | null) => all.filter(gpu => type === null || typeOf(gpu) === type);

const amounts = (gpus: number, gpuTypes?: Record<string, number>): Amounts => ({
  ...nothing,
  gpus,
  ...(gpuTypes && { gpuTypes })
});
const limits: Limits = {
  user: amounts(4, { A: 2 }),
  project: amounts(5, { A: 3, B: 1 }),
  machine: amounts(6)
};
const rules: Rules = { limitsOf: () => limits, typeOf };

let last = 0;
const ask = (who: string, gpus: number, type: string | null = null): Ask => {
  const [project = '', user = ''] = who.split('/');
  return { id: `${who} ${String(++last)}`, project, user, amounts: amounts(gpus), gpus: ofType(type) };
};
const holding = (who: string, gpus: Record<string, number>): Held => {
  const [project = '', user = ''] = who.split('/');
  return {
    project,
    user,
    amounts: amounts(
      Object.values(gpus).reduce((a, b) => a + b, 0),
      gpus
    )
  };
};

describe('a quota of GPUs of a type', () => {
  it('keeps its project waiting, and says what of which type is held by whom', () => {
    const late = ask('p/v', 2, 'A');
    const { waiting } = settle([late], [holding('p/u', { A: 2 })], [0, 1], rules);
    expect(waiting[0]?.why).toBe(
      'You ask for 2 A GPUs; 1 A GPU free in p, out of 3 A GPUs. Held by u 2 A GPUs.'
    );
  });

  it('keeps nobody else waiting', () => {
    const [blocked, colleague, stranger] = [ask('p/u', 1, 'A'), ask('p/v', 1, 'A'), ask('q/w', 1, 'A')];
    const { granted } = settle([blocked, colleague, stranger], [holding('p/u', { A: 2 })], [0, 1], rules);
    expect(granted.map(({ id }) => id)).toEqual([colleague.id, stranger.id]);
  });

  it('leaves the other types to who does not mind', () => {
    const any = ask('p/u', 1);
    const { granted } = settle([any], [holding('p/u', { A: 2 })], [0, 1], rules);
    expect(granted).toEqual([{ id: any.id, gpuIndexes: [4] }]);
  });

  it('is not passed by those who ask for one type while another waits for any', () => {
    const [first, second] = [ask('p/u', 2), ask('p/u', 1, 'B')];
    const { granted } = settle(
      [first, second],
      [holding('p/u', { A: 1 }), holding('p/v', { B: 1 })],
      [0, 4],
      rules
    );
    expect(granted).toEqual([]);
  });
});

describe('whatever is asked and given back', () => {
  const some = fc
    .array(
      fc.record({
        who: fc.constantFrom('p/u', 'p/v', 'q/u', 'q/w'),
        gpus: fc.integer({ min: 1, max: 3 }),
        type: fc.constantFrom('A', 'B', null)
      }),
      { minLength: 1, maxLength: 15 }
    )
    .map(asked =>
      asked
        .map(({ who, gpus, type }) => ask(who, gpus, type))
        .filter(one => settle([one], [], [], rules).granted.length === 1)
    );

  it('no quota of a type is passed, no GPU lent twice, and everybody has their turn', () => {
    fc.assert(
      fc.property(some, some, (patient, later) => {
        const held = new Map<string, { one: Held; gpus: readonly number[] }>();
        let queue: Ask[] = [...patient];
        const turn = () => {
          const taken = [...held.values()].flatMap(each => each.gpus);
          const { granted } = settle(
            queue,
            [...held.values()].map(each => each.one),
            taken,
            rules
          );
          for (const { id, gpuIndexes } of granted) {
            const found = queue.find(each => each.id === id);
            const types: Record<string, number> = {};
            for (const type of gpuIndexes.map(typeOf)) types[type] = (types[type] ?? 0) + 1;
            if (found)
              held.set(id, {
                one: { ...found, amounts: amounts(gpuIndexes.length, types) },
                gpus: gpuIndexes
              });
          }
          queue = queue.filter(each => !held.has(each.id));
          const everything = [...held.values()];
          for (const { one } of everything)
            for (const type of ['A', 'B'])
              expect(
                roomFor(
                  one,
                  limits,
                  everything.map(each => each.one),
                  type
                )
              ).toBeGreaterThanOrEqual(0);
          const gpus = everything.flatMap(each => each.gpus);
          expect(new Set(gpus).size).toBe(gpus.length);
        };
        turn();
        for (let round = 0; queue.some(one => patient.includes(one)); round += 1) {
          const next = later[round % Math.max(1, later.length)];
          if (next) queue.push({ ...next, id: `later ${String(round)}` });
          const [first] = held.keys();
          if (first !== undefined) held.delete(first);
          turn();
          expect(round).toBeLessThan(300);
        }
      })
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf, freeGpus, nothing, sum, type Held } from './quota.ledger.js';

const gibibyte = 2 ** 30;
const amounts = (cores: number, memory: number) => ({
  cores,
  memory: memory * gibibyte,
  gpus: 0,
  servers: 1
});
const limits = { project: amounts(8, 16), user: amounts(8, 8), machine: amounts(8, 20) };
const roomy = {
  ...limits,
  project: { ...limits.project, servers: 10 },
  machine: { ...limits.machine, servers: 40 }
};
const of = (project: string, user: string, cores: number, memory: number): Held => ({
  project,
  user,
  amounts: amounts(cores, memory)
});

describe('the ledger', () => {
  it('grants what fits', () => {
    expect(faultsOf({ project: 'a', user: 'u', amounts: amounts(8, 8) }, roomy, [])).toEqual([]);
  });

  it('names every fault, not just the first', () => {
    const faults = faultsOf({ project: 'a', user: 'u', amounts: amounts(9, 30) }, roomy, []);
    expect(faults).toHaveLength(6);
    expect(faults[0]?.words).toBe('You ask for 9 cores; 8 cores free of yours in a, out of 8 cores.');
  });

  it('counts leases of others in the project, and says whose they are', () => {
    const [fault] = faultsOf({ project: 'a', user: 'u', amounts: amounts(1, 4) }, roomy, [
      of('a', 'v', 1, 14)
    ]);
    expect(fault?.words).toBe(
      'You ask for 4 GiB of memory; 2 GiB of memory free in a, out of 16 GiB of memory. Held by v 14 GiB of memory.'
    );
  });

  it('never lends more than there is, whatever is asked in whatever order', () => {
    const asked = fc.record({
      project: fc.constantFrom('a', 'b', 'c'),
      user: fc.constantFrom('u', 'v'),
      amounts: fc.record({
        cores: fc.integer({ min: 1, max: 5 }),
        memory: fc.integer({ min: 1, max: 12 }).map(size => size * gibibyte),
        gpus: fc.constant(0),
        servers: fc.constant(1)
      })
    });
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 30 }), requests => {
        const held: Held[] = [];
        for (const request of requests) if (faultsOf(request, roomy, held).length === 0) held.push(request);
        const all = sum(held.map(one => one.amounts));
        expect(all.memory).toBeLessThanOrEqual(roomy.machine.memory);
        expect(all.cores).toBeLessThanOrEqual(roomy.machine.cores);
        for (const project of ['a', 'b', 'c'])
          expect(
            sum(held.filter(one => one.project === project).map(one => one.amounts)).memory
          ).toBeLessThanOrEqual(roomy.project.memory);
      })
    );
  });

  it('adds nothing up to nothing', () => {
    expect(sum([])).toEqual(nothing);
  });

  it('gives the first GPUs that are free', () => {
    expect(freeGpus([0, 1, 2, 3], [1], 2)).toEqual([0, 2]);
    expect(freeGpus([1], [1], 1)).toEqual([]);
  });
});

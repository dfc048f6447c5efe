import { faultsOf, freeGpus, type Held, type Limits } from './quota.ledger.js';

/** Something asked for that is not held yet. */
export interface Ask extends Held {
  readonly id: string;
  /** The GPUs that it may be served from, by number. */
  readonly gpus: readonly number[];
}

export interface Granted {
  readonly id: string;
  readonly gpuIndexes: readonly number[];
}

export interface Waiting {
  readonly id: string;
  /** Its place among those that wait for the same, from 1. */
  readonly position: number;
  /** What it waits for, in words. */
  readonly why: string;
}

const narrowToWide = ['user', 'project', 'machine'] as const;

/** Whether what is kept free for one who asked before is kept from this one too. */
const isBehind = (ask: Ask, { upTo, project, user }: Held): boolean =>
  upTo === 'machine' || (project === ask.project && (upTo === 'project' || user === ask.user));

const missingGpus = (ask: Ask, free: number): string =>
  `You ask for ${String(ask.amounts.gpus)} GPUs of that type; ${String(free)} are free on this machine.`;

const others = 'What is free is kept for those who asked before you.';

/**
 * Decides whose turn it is. `queue` is in the order of asking, `taken` are the GPUs in use.
 *
 * Each ask is judged after those before it: what fits is granted; what does not fit waits, and counts from then on as
 * if it were held, so that nobody after it takes what it waits for. It counts within its own user's limit always;
 * within its project's only if its user's is not in the way; on the machine only if neither is. So a quota of one's
 * own keeps nobody else waiting, and nobody waits for ever: once an ask counts for a limit, it does so until its turn.
 */
export const settle = (
  queue: readonly Ask[],
  held: readonly Held[],
  taken: readonly number[],
  limits: Limits
): { granted: Granted[]; waiting: Waiting[] } => {
  const holding = [...held];
  const kept: Held[] = [];
  const inUse = [...taken];
  const granted: Granted[] = [];
  const waiting: Waiting[] = [];
  // Those that are kept free on the machine are kept by number, which tells their types.
  const afterOthers = { ...limits, machine: { ...limits.machine, gpus: Infinity } };

  for (const ask of queue) {
    const free = freeGpus(ask.gpus, inUse, ask.amounts.gpus);
    const gpusMissing = free.length < ask.amounts.gpus;
    const faults = faultsOf(ask, limits, holding);
    const inTheWay = [...faults, ...faultsOf(ask, afterOthers, [...holding, ...kept])];
    if (!gpusMissing && inTheWay.length === 0) {
      granted.push({ id: ask.id, gpuIndexes: free });
      holding.push(ask);
      inUse.push(...free);
      continue;
    }
    const position = kept.filter(one => isBehind(ask, one)).length + 1;
    const said = faults.map(fault => fault.words);
    if (said.length === 0 && gpusMissing) said.push(missingGpus(ask, free.length));
    waiting.push({ id: ask.id, position, why: said.join(' ') || others });
    const upTo = narrowToWide.find(limit => inTheWay.some(fault => fault.limit === limit)) ?? 'machine';
    kept.push({ ...ask, upTo });
    if (upTo === 'machine') inUse.push(...free);
  }
  return { granted, waiting };
};

import { faultsOf, freeGpus, roomFor, type Fault, type Held, type Limits } from './quota.ledger.js';

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

/** One that waits and could be granted if others gave something back: nothing but cores or memory is in its way. */
export interface Short {
  readonly ask: Ask;
  /** What is kept for those before it. */
  readonly behind: readonly Held[];
}

export interface Waiting {
  readonly id: string;
  /** Its place among those that wait for the same, from 1. */
  readonly position: number;
  /** What it waits for, in words. */
  readonly why: string;
}

/** What decides: whose limits are which, and of which type a GPU is. */
export interface Rules {
  readonly limitsOf: (who: Pick<Held, 'project' | 'user'>) => Limits;
  readonly typeOf: (gpu: number) => string;
}

const narrowToWide = ['user', 'project', 'machine'] as const;

/** Whether what is kept free for one who asked before is kept from this one too. */
const isBehind = (ask: Pick<Held, 'project' | 'user'>, { upTo, project, user }: Held): boolean =>
  upTo === 'machine' || (project === ask.project && (upTo === 'project' || user === ask.user));

const missingGpus = (ask: Ask, free: number): string =>
  `You ask for ${String(ask.amounts.gpus)} GPUs of that type; ${String(free)} are free on this machine.`;

export const others = 'What is free is kept for those who asked before you.';

const countBy = (types: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/** The first free GPUs that the quotas of their types leave; fewer than asked for where they do not. */
const chooseGpus = (
  ask: Ask,
  free: readonly number[],
  { limitsOf, typeOf }: Rules,
  counted: readonly Held[],
  upTo: 'user' | 'project' = 'project'
): number[] => {
  const left = new Map<string, number>();
  const allowed = free.filter(gpu => {
    const type = typeOf(gpu);
    const room = left.get(type) ?? roomFor(ask, limitsOf(ask), counted, type, upTo);
    left.set(type, room - 1);
    return room > 0;
  });
  return allowed.slice(0, ask.amounts.gpus);
};

/** The types that an ask could be served with. */
const typesFor = (ask: Ask, { typeOf }: Rules): string[] => [...new Set(ask.gpus.map(typeOf))];

/** An ask with the GPUs' types that it is judged by: the one that it needs, or those chosen. */
const withTypes = (ask: Ask, rules: Rules, chosen: readonly number[]): Ask => {
  if (ask.amounts.gpus === 0) return ask;
  const [type, ...others] = typesFor(ask, rules);
  const gpuTypes =
    type !== undefined && others.length === 0
      ? { [type]: ask.amounts.gpus }
      : countBy(chosen.map(rules.typeOf));
  return { ...ask, amounts: { ...ask.amounts, gpuTypes } };
};

/** The ask while it waits: whichever type becomes free, nobody behind it takes it. */
const ofAnyType = (ask: Ask, rules: Rules): Ask => {
  if (ask.amounts.gpus === 0) return ask;
  const gpuTypes = Object.fromEntries(typesFor(ask, rules).map(type => [type, ask.amounts.gpus]));
  return { ...ask, amounts: { ...ask.amounts, gpuTypes } };
};

/** Whether the quotas of types together leave too few to who does not mind which. */
const faultOfTypes = (ask: Ask, free: readonly number[], rules: Rules, counted: readonly Held[]): Fault[] => {
  const wanted = ask.amounts.gpus;
  const left = chooseGpus(ask, free, rules, counted).length;
  if (free.length < wanted || left >= wanted || typesFor(ask, rules).length === 1) return [];
  const limit = chooseGpus(ask, free, rules, counted, 'user').length < wanted ? 'user' : 'project';
  const words = `You ask for ${String(wanted)} GPUs; the quotas of their types leave ${String(left)}.`;
  return [{ limit, words }];
};

/** Limits for who comes after others: those that are kept free on the machine are kept by number, which tells their types. */
export const afterOthers = (limits: Limits): Limits => ({
  ...limits,
  machine: { ...limits.machine, gpus: Infinity }
});

/**
 * Decides whose turn it is. `queue` is in the order of asking, `taken` are the GPUs in use.
 *
 * Each ask is judged after those before it: what fits is granted; what does not fit waits, and counts from then on as
 * if it were held, so that nobody after it takes what it waits for. It counts within its own user's limit always;
 * within its project's only if its user's is not in the way; on the machine only if neither is. So a quota of one's
 * own keeps nobody else waiting, and nobody waits for ever: once an ask counts for a limit, it does so until its turn.
 *
 * Beside whose turn it is, it answers what it keeps for those that wait, and which of them others could help.
 */
export const settle = (
  queue: readonly Ask[],
  held: readonly Held[],
  taken: readonly number[],
  rules: Rules
): { granted: Granted[]; waiting: Waiting[]; kept: readonly Held[]; short: readonly Short[] } => {
  const holding = [...held];
  const kept: Held[] = [];
  const inUse = [...taken];
  const granted: Granted[] = [];
  const waiting: Waiting[] = [];
  const short: Short[] = [];

  for (const asked of queue) {
    const limits = rules.limitsOf(asked);
    const free = freeGpus(asked.gpus, inUse, asked.gpus.length);
    const gpusMissing = free.length < asked.amounts.gpus;
    const chosen = chooseGpus(asked, free, rules, [...holding, ...kept]);
    const ask = withTypes(asked, rules, chosen);
    const faults = [...faultsOf(ask, limits, holding), ...faultOfTypes(asked, free, rules, holding)];
    const ofTypes = faultOfTypes(asked, free, rules, [...holding, ...kept]);
    const inTheWay = [...faults, ...faultsOf(ask, afterOthers(limits), [...holding, ...kept]), ...ofTypes];
    if (!gpusMissing && inTheWay.length === 0) {
      granted.push({ id: ask.id, gpuIndexes: chosen });
      holding.push(ask);
      inUse.push(...chosen);
      continue;
    }
    if (!gpusMissing && ofTypes.length === 0) short.push({ ask, behind: [...kept] });
    const position = kept.filter(one => isBehind(ask, one)).length + 1;
    const said = faults.map(fault => fault.words);
    if (said.length === 0 && gpusMissing) said.push(missingGpus(ask, free.length));
    waiting.push({ id: ask.id, position, why: said.join(' ') || others });
    const upTo = narrowToWide.find(limit => inTheWay.some(fault => fault.limit === limit)) ?? 'machine';
    kept.push({ ...ofAnyType(asked, rules), upTo });
    if (upTo === 'machine') inUse.push(...free.slice(0, asked.amounts.gpus));
  }
  return { granted, waiting, kept, short };
};

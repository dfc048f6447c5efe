/** What is counted. Memory in bytes. */
export interface Amounts {
  readonly cores: number;
  readonly memory: number;
  readonly gpus: number;
  readonly servers: number;
}

/** Something held, and by whom. */
export interface Held {
  readonly project: string;
  readonly user: string;
  readonly amounts: Amounts;
  /** The widest limit that it counts for, where that is not the machine's. */
  readonly upTo?: keyof Limits;
}

export interface Limits {
  readonly project: Amounts;
  /** One user's in one project. */
  readonly user: Amounts;
  /** All that there is for sandboxes. Cores are lent several times over, memory never. */
  readonly machine: Amounts;
}

const gibibyte = 2 ** 30;

export const nothing: Amounts = { cores: 0, memory: 0, gpus: 0, servers: 0 };

export const sum = (all: readonly Amounts[]): Amounts =>
  all.reduce(
    (total, one) => ({
      cores: total.cores + one.cores,
      memory: total.memory + one.memory,
      gpus: total.gpus + one.gpus,
      servers: total.servers + one.servers
    }),
    nothing
  );

const kinds = ['servers', 'cores', 'memory', 'gpus'] as const;
type Kind = (typeof kinds)[number];

const gib = (bytes: number): string => `${Math.round((bytes / gibibyte) * 10) / 10} GiB`;
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
const words: Record<Kind, (amount: number) => string> = {
  servers: amount => plural(amount, 'notebook server'),
  cores: amount => plural(amount, 'core'),
  memory: amount => `${gib(amount)} of memory`,
  gpus: amount => plural(amount, 'GPU')
};

const holders = (held: readonly Held[], kind: Kind, name: (one: Held) => string): string => {
  const by = new Map<string, number>();
  for (const one of held) by.set(name(one), (by.get(name(one)) ?? 0) + one.amounts[kind]);
  const parts = [...by]
    .filter(([, amount]) => amount > 0)
    .map(([who, amount]) => `${who} ${words[kind](amount)}`);
  return parts.length === 0 ? '' : ` Held by ${parts.join(', ')}.`;
};

interface Scope {
  readonly kind: keyof Limits;
  readonly where: string;
  readonly limit: Amounts;
  readonly held: readonly Held[];
  /** How a holder may be named to whoever asks. */
  readonly name: (one: Held) => string;
}

const scopesOf = (project: string, user: string, limits: Limits, held: readonly Held[]): Scope[] => {
  const mine = held.filter(one => one.project === project && one.user === user);
  const here = held.filter(one => one.project === project && one.upTo !== 'user');
  const all = held.filter(one => (one.upTo ?? 'machine') === 'machine');
  return [
    { kind: 'user', where: `of yours in ${project}`, limit: limits.user, held: mine, name: () => 'you' },
    { kind: 'project', where: `in ${project}`, limit: limits.project, held: here, name: one => one.user },
    {
      kind: 'machine',
      where: 'on this machine',
      limit: limits.machine,
      held: all,
      // Who works in other projects is not for everybody to know.
      name: one => (one.project === project ? one.user : 'other projects')
    }
  ];
};

/** Why an ask cannot be granted: which limit is in the way, what is asked, what is free and who holds the rest. */
export interface Fault {
  readonly limit: keyof Limits;
  readonly words: string;
}

/** Everything that stands in the way of an ask; empty if it can be granted. */
export const faultsOf = (ask: Held, limits: Limits, held: readonly Held[]): Fault[] =>
  scopesOf(ask.project, ask.user, limits, held).flatMap(
    ({ kind: scope, where, limit, held: counted, name }) => {
      const used = sum(counted.map(one => one.amounts));
      return kinds
        .filter(kind => ask.amounts[kind] > 0 && used[kind] + ask.amounts[kind] > limit[kind])
        .map(kind => {
          const free = words[kind](Math.max(0, limit[kind] - used[kind]));
          const said = `You ask for ${words[kind](ask.amounts[kind])}; ${free} free ${where}, out of ${words[kind](limit[kind])}.${holders(counted, kind, name)}`;
          return { limit: scope, words: said };
        });
    }
  );

/** The first free ones among GPUs known by their numbers. */
export const freeGpus = (there: readonly number[], taken: readonly number[], wanted: number): number[] =>
  there.filter(index => !taken.includes(index)).slice(0, wanted);

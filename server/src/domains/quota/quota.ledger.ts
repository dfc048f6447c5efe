/** What is counted. Memory in bytes. */
export interface Amounts {
  readonly cores: number;
  readonly memory: number;
  readonly gpus: number;
  readonly servers: number;
  /** Of the GPUs, those of known types; in a limit, the types that have one of their own. */
  readonly gpuTypes?: Readonly<Record<string, number>>;
}

/** Something held, and by whom. */
export interface Held {
  readonly project: string;
  readonly user: string;
  readonly amounts: Amounts;
  /** The widest limit that it counts for, where that is not the machine's. */
  readonly upTo?: Scopes;
}

/** Something that keeps everything new from being lent: the month's hours are used up. */
export interface Closed extends Fault {
  /** Only what asks for GPUs. */
  readonly gpusOnly: boolean;
}

export interface Limits {
  readonly project: Amounts;
  /** One user's in one project. */
  readonly user: Amounts;
  /** All that there is for sandboxes. Cores are lent several times over, memory never. */
  readonly machine: Amounts;
  readonly closed?: readonly Closed[];
}
type Scopes = Exclude<keyof Limits, 'closed'>;

const gibibyte = 2 ** 30;

export const nothing: Amounts = { cores: 0, memory: 0, gpus: 0, servers: 0 };

const sumTypes = (all: readonly Amounts[]): Pick<Amounts, 'gpuTypes'> => {
  const total: Record<string, number> = {};
  for (const { gpuTypes = {} } of all)
    for (const [type, count] of Object.entries(gpuTypes)) total[type] = (total[type] ?? 0) + count;
  return Object.keys(total).length === 0 ? {} : { gpuTypes: total };
};

export const sum = (all: readonly Amounts[]): Amounts => ({
  ...all.reduce(
    (total, one) => ({
      cores: total.cores + one.cores,
      memory: total.memory + one.memory,
      gpus: total.gpus + one.gpus,
      servers: total.servers + one.servers
    }),
    nothing
  ),
  ...sumTypes(all)
});

const kinds = ['servers', 'cores', 'memory', 'gpus'] as const;

/** One thing that is counted. */
interface Kind {
  readonly of: (amounts: Amounts) => number;
  readonly words: (amount: number) => string;
}

const gib = (bytes: number): string => `${Math.round((bytes / gibibyte) * 10) / 10} GiB`;
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
const words: Record<(typeof kinds)[number], (amount: number) => string> = {
  servers: amount => plural(amount, 'notebook server'),
  cores: amount => plural(amount, 'core'),
  memory: amount => `${gib(amount)} of memory`,
  gpus: amount => plural(amount, 'GPU')
};

/** What a limit is about: the kinds that everything has, and the GPUs' types that it names. */
const kindsOf = (limit: Amounts): Kind[] => [
  ...kinds.map(kind => ({ of: (amounts: Amounts) => amounts[kind], words: words[kind] })),
  ...Object.keys(limit.gpuTypes ?? {}).map(type => ({
    of: (amounts: Amounts) => amounts.gpuTypes?.[type] ?? 0,
    words: (amount: number) => plural(amount, `${type} GPU`)
  }))
];

const holders = (held: readonly Held[], kind: Kind, name: (one: Held) => string): string => {
  const by = new Map<string, number>();
  for (const one of held) by.set(name(one), (by.get(name(one)) ?? 0) + kind.of(one.amounts));
  const parts = [...by]
    .filter(([, amount]) => amount > 0)
    .map(([who, amount]) => `${who} ${kind.words(amount)}`);
  return parts.length === 0 ? '' : ` Held by ${parts.join(', ')}.`;
};

interface Scope {
  readonly kind: Scopes;
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
  readonly limit: Scopes;
  readonly words: string;
}

/** Everything that stands in the way of an ask; empty if it can be granted. */
export const faultsOf = (ask: Held, limits: Limits, held: readonly Held[]): Fault[] => [
  ...(limits.closed ?? []).filter(({ gpusOnly }) => !gpusOnly || ask.amounts.gpus > 0),
  ...scopesOf(ask.project, ask.user, limits, held).flatMap(
    ({ kind: scope, where, limit, held: counted, name }) => {
      const amounts = counted.map(one => one.amounts);
      return kindsOf(limit).flatMap(kind => {
        const [asked, most] = [kind.of(ask.amounts), kind.of(limit)];
        const used = amounts.reduce((total, one) => total + kind.of(one), 0);
        if (asked === 0 || used + asked <= most) return [];
        const free = kind.words(Math.max(0, most - used));
        const said = `You ask for ${kind.words(asked)}; ${free} free ${where}, out of ${kind.words(most)}.${holders(counted, kind, name)}`;
        return [{ limit: scope, words: said }];
      });
    }
  )
];

/** Which limits more is held of than they allow: they were lowered since. */
export const excessOf = (
  { project, user }: Pick<Held, 'project' | 'user'>,
  limits: Limits,
  held: readonly Held[]
): Fault[] =>
  scopesOf(project, user, limits, held).flatMap(({ kind: scope, where, limit, held: counted }) =>
    (['cores', 'memory'] as const).flatMap(kind => {
      const used = counted.reduce((total, one) => total + one.amounts[kind], 0);
      if (used <= limit[kind]) return [];
      const said = `${words[kind](used)} ${where} are held, and ${words[kind](limit[kind])} are what may be.`;
      return [{ limit: scope, words: `The quota was lowered: ${said}` }];
    })
  );

/** How many GPUs of a type somebody may still take, by their own limit, or by that and the project's. */
export const roomFor = (
  { project, user }: Pick<Held, 'project' | 'user'>,
  limits: Limits,
  held: readonly Held[],
  type: string,
  upTo: 'user' | 'project' = 'project'
): number =>
  Math.min(
    ...scopesOf(project, user, limits, held)
      .filter(({ kind }) => kind === 'user' || kind === upTo)
      .map(({ limit, held: counted }) => {
        const most = limit.gpuTypes?.[type] ?? Infinity;
        return counted.reduce((left, one) => left - (one.amounts.gpuTypes?.[type] ?? 0), most);
      })
  );

/** The first free ones among GPUs known by their numbers. */
export const freeGpus = (there: readonly number[], taken: readonly number[], wanted: number): number[] =>
  there.filter(index => !taken.includes(index)).slice(0, wanted);

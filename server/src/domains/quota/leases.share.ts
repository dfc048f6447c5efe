import { askToGive, type Asked } from './leases.keep.js';
import {
  afterOthers,
  others,
  settle,
  type Ask,
  type Granted,
  type Rules,
  type Waiting
} from './leases.queue.js';
import { byFewest, heldWith, type Sharer } from './leases.sharers.js';
import { faultsOf, type Held } from './quota.ledger.js';

/** An ask; where `parts` is said, its amounts are one executor's, and it takes up to as many. */
export interface SharingAsk extends Ask {
  readonly parts?: number;
}

export interface Floor {
  /** In the order of asking. */
  readonly queue: readonly SharingAsk[];
  /** In the order of asking for more. */
  readonly sharers: readonly Sharer[];
  /** What all others hold. */
  readonly held: readonly Held[];
  /** The GPUs in use. */
  readonly taken: readonly number[];
}

export interface Shared {
  readonly granted: readonly Granted[];
  readonly waiting: readonly Waiting[];
  /** How many executors sharers get, by lease: those that held some already, and of the queue those that begin. */
  readonly grown: ReadonlyMap<string, number>;
  /** Who of those that held some is asked to keep how many only, and for whom or what. */
  readonly asked: readonly Asked[];
}

/** Gives what is left to those who take more, one executor at a time. */
const grow = (
  sharers: readonly Sharer[],
  counted: readonly Held[],
  { limitsOf }: Rules
): { sharers: Sharer[]; waiting: Waiting[] } => {
  const now = new Map(sharers.map(one => [one.id, one]));
  const waiting = new Map<string, string>();
  for (;;) {
    const [next] = byFewest([...now.values()].filter(({ id, more }) => more > 0 && !waiting.has(id)));
    if (!next) break;
    const holding = [...now.values()].map(one => heldWith(one, one.executors));
    const one = heldWith(next, 1);
    const limits = limitsOf(next);
    if (faultsOf(one, afterOthers(limits), [...holding, ...counted]).length === 0)
      now.set(next.id, { ...next, executors: next.executors + 1, more: next.more - 1 });
    else {
      const faults = faultsOf(one, limits, [...holding, ...counted.filter(({ upTo }) => upTo === undefined)]);
      waiting.set(next.id, faults.map(fault => fault.words).join(' ') || others);
    }
  }
  const places = [...waiting].map(([id, why], index) => ({ id, why, position: index + 1 }));
  return { sharers: [...now.values()], waiting: places };
};

/**
 * Decides whose turn it is where some share: work with what there is. Those who hold nothing come first, in the order
 * of asking (`settle`), a sharer among them with the one executor that it needs. What nobody waits for goes to the
 * sharers who take more, an executor at a time to who has least. So a sharer's wish for more keeps nobody waiting.
 * Who still waits is what makes sharers be asked to give back (`askToGive`).
 */
export const share = ({ queue, sharers, held, taken }: Floor, rules: Rules): Shared => {
  const holding = [...held, ...sharers.map(one => heldWith(one, one.executors))];
  const { granted, waiting, kept, short } = settle(queue, holding, taken, rules);
  const asks = new Map(queue.map(ask => [ask.id, ask]));
  const begin = granted.flatMap(({ id }) => asks.get(id) ?? []);
  const begun = begin.flatMap(({ id, project, user, amounts, parts }): Sharer[] =>
    parts === undefined ? [] : [{ id, project, user, each: amounts, executors: 1, more: parts - 1 }]
  );
  const fixed = [...held, ...begin.filter(({ parts }) => parts === undefined)];
  const after = grow([...sharers, ...begun], [...fixed, ...kept], rules);
  const before = new Map(sharers.map(({ id, executors }) => [id, executors]));
  const grown = after.sharers.map(({ id, executors }) => [id, executors - (before.get(id) ?? 0)] as const);
  return {
    granted,
    waiting: [...waiting, ...after.waiting],
    grown: new Map(grown.filter(([, by]) => by > 0)),
    asked: askToGive({ sharers: after.sharers, fixed, kept, short }, rules).filter(({ id }) => before.has(id))
  };
};

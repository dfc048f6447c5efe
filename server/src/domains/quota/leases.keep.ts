import { afterOthers, type Rules, type Short } from './leases.queue.js';
import { byFewest, heldWith, type Sharer } from './leases.sharers.js';
import { excessOf, faultsOf, type Fault, type Held } from './quota.ledger.js';

/** Why a sharer is asked to give some back. */
export type Because =
  | { readonly for: 'ask' | 'fewer'; readonly project: string; readonly user: string }
  | { readonly for: 'quota'; readonly words: string };

/** That a sharer is asked to keep only some of its executors; one at least. */
export interface Asked {
  readonly id: string;
  readonly keep: number;
  readonly because: Because;
}

export interface Scene {
  readonly sharers: readonly Sharer[];
  /** What is held and cannot be given back. */
  readonly fixed: readonly Held[];
  /** What is kept for those who wait. */
  readonly kept: readonly Held[];
  /** Those of them that could be helped, in the order of asking. */
  readonly short: readonly Short[];
}

/** Whether what a sharer gives back is of use against a fault of somebody. */
const helps = (giver: Sharer, who: Pick<Held, 'project' | 'user'>, faults: readonly Fault[]): boolean =>
  faults.some(
    ({ limit }) =>
      limit === 'machine' ||
      (giver.project === who.project && (limit === 'project' || giver.user === who.user))
  );

/** How many executors each would have, and the tries to change that. */
const createLevels = (sharers: readonly Sharer[]) => {
  const levels = new Map(sharers.map(({ id, executors }) => [id, executors]));
  const of = ({ id }: Sharer): number => levels.get(id) ?? 0;
  const change = (one: Sharer, by: number): void => void levels.set(one.id, of(one) + by);

  /**
   * Takes from those who have most until nothing is in somebody's way, nobody being left with fewer than `least`; no
   * more than that needs. Answers whom it took from; where it cannot be had, nothing has changed.
   */
  const take = (
    who: Pick<Held, 'project' | 'user'>,
    inTheWay: () => readonly Fault[],
    least: number,
    rest: 'put back' | 'keep' = 'put back'
  ): Sharer[] | undefined => {
    const given: Sharer[] = [];
    for (let faults = inTheWay(); faults.length > 0; faults = inTheWay()) {
      const most = byFewest(sharers.map(one => ({ ...one, executors: of(one) })))
        .filter(one => one.executors > least && helps(one, who, faults))
        .at(-1);
      if (!most) {
        if (rest === 'put back') for (const one of given) change(one, 1);
        return rest === 'put back' ? undefined : given;
      }
      change(most, -1);
      given.push(most);
    }
    return given.reverse().filter(one => {
      change(one, 1);
      if (inTheWay().length === 0) return false;
      change(one, -1);
      return true;
    });
  };

  return { of, change, take, held: () => sharers.map(one => heldWith(one, of(one))) };
};

/**
 * Decides whom to ask to give executors back: who holds more than a quota that was lowered since allows; else for the
 * first in the queue whom that helps, no more than it needs; else, while nobody who holds nothing waits, for who has
 * fewer and takes more. There nobody is left with fewer than they help to: so what is given is never asked back.
 */
export const askToGive = ({ sharers, fixed, kept, short }: Scene, { limitsOf }: Rules): Asked[] => {
  const levels = createLevels(sharers);
  const reasons = new Map<string, Because>();
  const blame = (given: readonly Sharer[] | undefined, because: Because): void => {
    for (const { id } of given ?? []) if (!reasons.has(id)) reasons.set(id, because);
  };
  const holding = (): Held[] => [...fixed, ...levels.held()];

  for (const one of sharers) {
    const excess = () => excessOf(one, limitsOf(one), holding());
    const [first] = excess();
    if (first) blame(levels.take(one, excess, 1, 'keep'), { for: 'quota', words: first.words });
  }

  const helped = short.some(({ ask, behind }) => {
    const limits = limitsOf(ask);
    const inTheWay = () => [
      ...faultsOf(ask, limits, holding()),
      ...faultsOf(ask, afterOthers(limits), [...holding(), ...behind])
    ];
    const given = levels.take(ask, inTheWay, 1);
    blame(given, { for: 'ask', project: ask.project, user: ask.user });
    return given !== undefined;
  });

  const wanting = new Map(helped ? [] : sharers.map(one => [one.id, one.more]));
  for (;;) {
    const [next] = byFewest(
      sharers
        .filter(({ id }) => (wanting.get(id) ?? 0) > 0 && !reasons.has(id))
        .map(one => ({ ...one, executors: levels.of(one) }))
    );
    if (!next) break;
    const [one, limits] = [heldWith(next, 1), afterOthers(limitsOf(next))];
    const inTheWay = () => faultsOf(one, limits, [...holding(), ...kept]);
    const given = levels.take(next, inTheWay, next.executors + 1);
    blame(given, { for: 'fewer', project: next.project, user: next.user });
    if (given) levels.change(next, 1);
    wanting.set(next.id, given ? (wanting.get(next.id) ?? 0) - 1 : 0);
  }

  return sharers.flatMap((one): Asked[] => {
    const because = reasons.get(one.id);
    const keep = levels.of(one);
    return because && keep < one.executors ? [{ id: one.id, keep, because }] : [];
  });
};

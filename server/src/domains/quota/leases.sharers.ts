import type { Amounts, Held } from './quota.ledger.js';

/** Somebody who works with as many executors as there are, and at least one. */
export interface Sharer {
  /** The lease. */
  readonly id: string;
  readonly project: string;
  readonly user: string;
  readonly each: Amounts;
  /** How many it holds. */
  readonly executors: number;
  /** How many more it would take; 0 or more. */
  readonly more: number;
}

/** What a sharer holds with so many executors. */
export const heldWith = ({ project, user, each }: Omit<Sharer, 'more'>, executors: number): Held => ({
  project,
  user,
  amounts: { ...each, cores: each.cores * executors, memory: each.memory * executors }
});

/** Who takes next: who has least, and among equals who asked before. */
export const byFewest = <S extends { readonly executors: number }>(all: readonly S[]): S[] =>
  [...all].sort((one, other) => one.executors - other.executors);

import type { Db } from '../../platform/db.js';

/** Memberships that are over, or good for nothing any more. */
export interface Ended {
  readonly project: string;
  readonly users: readonly string[];
  /** In words for those who are told why something of theirs has stopped. */
  readonly why: string;
}

/** What other domains do when memberships end or change. */
export interface Followers {
  /** Ends what runs under them, in the transaction that ends them. */
  readonly onEnd: readonly ((trx: Db, ended: Ended) => Promise<void>)[];
  /** Looks again at what runs, once the change is committed. */
  readonly onChange: readonly (() => Promise<void>)[];
}

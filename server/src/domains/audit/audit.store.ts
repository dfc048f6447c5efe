import type { audit } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { linkColumns } from './audit.chain.js';
import type { ChainedRow } from './audit.verify.js';

/** A row as views and exports read it: times as PostgreSQL keeps them, to the microsecond. */
export interface ViewedRow {
  readonly position: number;
  readonly at: string;
  readonly actor: string;
  readonly project_user: string | null;
  readonly project: string | null;
  readonly action: string;
  readonly asset: string;
  readonly outcome: audit.AuditRow['outcome'];
  readonly channel: audit.WayIn;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly data: Record<string, unknown>;
}

/** Which rows somebody may see. */
export type Scope =
  | { readonly kind: 'project'; readonly project: string }
  /** Rows of no project, and of projects those of these kinds. */
  | { readonly kind: 'platform'; readonly actions: readonly string[] };

export type Filters = audit.Filters & { readonly project?: string | undefined };

/** Where a page begins: after the row of this time and position. */
export interface After {
  readonly at: string;
  readonly position: number;
}

const time = `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const rowsOfBatch = 2000;

const beginsWith = (text: string): string => `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

export const createAuditStore = (db: Db) => ({
  /** The newest rows of a scope that pass the filters. */
  page(scope: Scope, filters: Filters, after: After | undefined, limit: number): Promise<ViewedRow[]> {
    const { who, action, asset, from, to, outcome, channel, project } = filters;
    const query = db('journal')
      .whereNotNull('position')
      // By the column: `at` alone would be what is selected as text, which no index is in the order of.
      .orderBy([
        { column: 'journal.at', order: 'desc' },
        { column: 'journal.position', order: 'desc' }
      ])
      .limit(limit);
    if (scope.kind === 'project') void query.where({ project: scope.project });
    else
      void query.where(either => {
        // Asked for one project, only rows of it can pass: said so, the index of actions can be used.
        const some = project === undefined ? either.whereNull('project').or : either;
        void some.where({ outcome: 'done' }).andWhere(kinds => {
          for (const kind of scope.actions) void kinds.orWhereLike('action', beginsWith(kind));
        });
      });
    if (project !== undefined) void query.where({ project });
    if (who !== undefined) void query.where({ actor: who });
    if (action !== undefined) void query.whereLike('action', beginsWith(action));
    if (asset !== undefined) void query.whereLike('asset', beginsWith(asset));
    if (from !== undefined) void query.where('at', '>=', from);
    if (to !== undefined) void query.where('at', '<', to);
    if (outcome !== undefined) void query.where({ outcome });
    if (channel !== undefined) void query.where({ channel });
    if (after)
      void query.whereRaw('(at, position) < (?::timestamptz, ?::bigint)', [after.at, after.position]);
    return query.select<ViewedRow[]>(
      'position',
      db.raw(`${time} as at`),
      'actor',
      'project_user',
      'project',
      'action',
      'asset',
      'outcome',
      'channel',
      'address',
      'request_id',
      'data'
    );
  },

  /** The whole chain, a batch at a time. */
  async *chain(): AsyncIterable<readonly ChainedRow[]> {
    // As text: whoever changed the table may have written numbers that are none of ours.
    let after: string | undefined;
    for (;;) {
      const { rows } = await db.raw<{ rows: (ChainedRow & { place: string })[] }>(
        `select ${linkColumns}, position::text as place, hash from journal
         where ${after === undefined ? 'position is not null' : 'position > ?::bigint'}
         order by position limit ${rowsOfBatch}`,
        after === undefined ? [] : [after]
      );
      if (rows.length === 0) return;
      yield rows;
      after = rows.at(-1)?.place;
    }
  },

  /** How far the chain goes. */
  async tip(): Promise<number> {
    const [row] = await db('journal').max<{ tip: number | null }[]>('position as tip');
    return row?.tip ?? 0;
  },

  /** What the newest row of an action says. */
  newest: (action: string): Promise<Pick<ViewedRow, 'actor' | 'at' | 'data'> | undefined> =>
    db('journal')
      .where({ action })
      .whereNotNull('position')
      .orderBy('journal.at', 'desc')
      .first<Pick<ViewedRow, 'actor' | 'at' | 'data'> | undefined>('actor', db.raw(`${time} as at`), 'data'),

  hashAt: async (position: number): Promise<Buffer | undefined> => {
    const row = await db('journal').where({ position }).first<{ hash: Buffer | null } | undefined>('hash');
    return row?.hash ?? undefined;
  }
});

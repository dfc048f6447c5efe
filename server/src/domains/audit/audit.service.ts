import type { audit } from '@hopslab/schema';
import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterOf, notOurs, pageOf } from '../../platform/page.js';
import { formats, type Format } from './audit.export.js';
import type { Heads } from './audit.heads.js';
import { createAuditStore, type After, type Filters, type Scope, type ViewedRow } from './audit.store.js';
import { verifyJournal } from './audit.verify.js';

export interface AuditDeps {
  readonly db: Db;
  readonly heads: Heads;
}

/** An administrator sees what happens to projects as a whole, nothing of what is in them. */
const ofProjectsAsAWhole = ['project.', 'member.', 'quota.', 'service.'];

export const scopeOf = (project: string | undefined): Scope =>
  project === undefined ? { kind: 'platform', actions: ofProjectsAsAWhole } : { kind: 'project', project };

const view = ({ project_user, request_id, ...row }: ViewedRow): audit.AuditRow => ({
  ...row,
  projectUser: project_user,
  requestId: request_id
});

const keyOf = ({ at, position }: After): string => `${at} ${position}`;

/** The cursor of a row; what no calendar has is none of ours. */
const afterIn = (cursor: string | undefined): After | undefined => {
  const key = afterOf(cursor);
  if (key === undefined) return undefined;
  const [, at, milliseconds, position] =
    /^(([1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z) (\d{1,15})$/.exec(String(key)) ?? [];
  const date = new Date(`${milliseconds}Z`);
  if (at === undefined || Number.isNaN(date.getTime()) || date.toISOString() !== `${milliseconds}Z`)
    throw notOurs();
  return { at, position: Number(position) };
};

/** Says after each batch how many rows have gone by. */
async function* counted<T>(
  batches: AsyncIterable<readonly T[]>,
  told: (rows: number) => void
): AsyncGenerator<readonly T[]> {
  let rows = 0;
  for await (const batch of batches) {
    yield batch;
    rows += batch.length;
    told(rows);
  }
}

/** Rows that one query fetches for an export. */
const rowsOfExport = 1000;

/** Whoever waits for a verification through the proxy is told after half a minute to ask again. */
const longSeconds = 20;
const keptMs = 60_000;

/** Rows that a killed server may have left without a signed head: what it placed at once, and what it waits for. */
const mostUnsigned = 1100;

export const createAuditService = ({ db, heads }: AuditDeps) => {
  const store = createAuditStore(db);
  let verifying: Promise<audit.Verification> | undefined;

  const forget = (): void => {
    verifying = undefined;
  };

  const readThrough = async (told: (rows: number) => void = () => undefined): Promise<audit.Verification> => {
    const begun = performance.now();
    const found = await verifyJournal({
      rows: counted(store.chain(), told),
      heads: heads.read(),
      hashAt: store.hashAt,
      mostUnsigned
    });
    return { ...found, seconds: Math.round(performance.now() - begun) / 1000 };
  };

  async function* lines(
    scope: Scope,
    filters: Filters,
    format: Format,
    allowed: () => Promise<boolean>
  ): AsyncGenerator<string> {
    const { head, line } = formats[format];
    let text = head;
    for (let after: After | undefined, more = true; more;) {
      const rows = await store.page(scope, filters, after, rowsOfExport);
      text += rows.map(row => line(view(row))).join('');
      if (text !== '') yield text;
      text = '';
      after = rows.at(-1);
      more = rows.length === rowsOfExport;
      if (more && !(await allowed())) throw new Error('premature close: whoever exports may not any more');
    }
  }

  return {
    /** Reads the whole journal, saying how many rows it has read so far. */
    readThrough,

    async list(
      scope: Scope,
      { limit, cursor, ...filters }: Filters & { limit: number; cursor?: string | undefined }
    ) {
      const rows = await store.page(scope, filters, afterIn(cursor), limit + 1);
      return pageOf(rows, limit, keyOf, view);
    },

    /**
     * Lines of a file with all rows that pass. The export is journaled before the first; it breaks off when `allowed`
     * says no.
     */
    async export(
      actor: Author,
      scope: Scope,
      { format, ...filters }: Filters & { format: Format },
      allowed: () => Promise<boolean>
    ): Promise<AsyncIterable<string>> {
      const project = scope.kind === 'project' ? scope.project : null;
      await record(db, {
        actor,
        project,
        action: 'audit.exported',
        asset: project === null ? 'platform' : `project:${project}`,
        data: { format, ...filters }
      });
      return lines(scope, filters, format, allowed);
    },

    /**
     * Reads the whole journal; who asks while one is under way gets that one's answer. What took longer than a
     * request waits is kept for a minute, for who asks again.
     */
    verify(): Promise<audit.Verification> {
      verifying ??= readThrough().then(
        found => {
          if (found.seconds < longSeconds) forget();
          else setTimeout(forget, keptMs).unref();
          return found;
        },
        (error: unknown) => {
          forget();
          throw error;
        }
      );
      return verifying;
    }
  };
};
export type AuditService = ReturnType<typeof createAuditService>;

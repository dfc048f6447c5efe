import type { audit } from '@hopslab/schema';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem } from '../../api/index.js';

export type Filters = audit.Filters;

/** Where the rows come from: a project's journal, or the platform's. */
export interface AuditSource {
  page(
    filters: Filters,
    cursor: string | undefined,
    signal: AbortSignal
  ): Promise<{
    readonly items: readonly audit.AuditRow[];
    readonly nextCursor: string | null;
  }>;
  /** Where a file of the same rows is had. */
  fileAddress(filters: Filters, format: 'csv' | 'ndjson'): string;
}

export interface AuditModel {
  readonly rows: readonly audit.AuditRow[];
  readonly filters: Filters;
  readonly loading: boolean;
  readonly problem: ApiProblem | null;
  readonly hasMore: boolean;
  readonly stateChanged: ISignal<unknown, void>;
  setFilters(filters: Filters): void;
  reload(): Promise<void>;
  loadMore(): Promise<void>;
  fileAddress(format: 'csv' | 'ndjson'): string;
  dispose(): void;
}

const chosen = (filters: Filters): Filters =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''));

/** The rows that pass the filters, newest first, as far down as was asked for. */
export const createAuditModel = (source: AuditSource): AuditModel => {
  const stateChanged = new Signal<object, void>({});
  let rows: readonly audit.AuditRow[] = [];
  let filters: Filters = {};
  let cursor: string | null = null;
  let problem: ApiProblem | null = null;
  let loading = false;
  let asked = new AbortController();

  /** What was asked before is of no interest any more. */
  const load = async (from: string | undefined): Promise<void> => {
    asked.abort();
    const mine = new AbortController();
    asked = mine;
    loading = true;
    stateChanged.emit();
    try {
      const page = await source.page(filters, from, mine.signal);
      if (mine.signal.aborted) return;
      rows = from === undefined ? page.items : [...rows, ...page.items];
      cursor = page.nextCursor;
      problem = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      problem = error;
    }
    loading = false;
    stateChanged.emit();
  };

  return {
    get rows() {
      return rows;
    },
    get filters() {
      return filters;
    },
    get loading() {
      return loading;
    },
    get problem() {
      return problem;
    },
    get hasMore() {
      return cursor !== null;
    },
    stateChanged,
    setFilters: next => {
      filters = chosen(next);
      void load(undefined);
    },
    reload: () => load(undefined),
    loadMore: async () => {
      if (cursor !== null && !loading) await load(cursor);
    },
    fileAddress: format => source.fileAddress(filters, format),
    dispose: () => {
      asked.abort();
      Signal.clearData(stateChanged);
    }
  };
};

import type { audit } from '@hopslab/schema';
import { expect, it, vi } from 'vitest';
import { ApiProblem } from '../../api/index.js';
import { createAuditModel, type AuditSource, type Filters } from './audit.model.js';

const rowOf = (position: number): audit.AuditRow => ({
  position,
  at: '2026-11-22T10:00:00.000000Z',
  actor: 'ada',
  projectUser: 'demo__ada',
  project: 'demo',
  action: 'project.updated',
  asset: 'project:demo',
  outcome: 'done',
  channel: 'hub',
  address: '192.0.2.1',
  requestId: 'r',
  data: {}
});

type Page = Awaited<ReturnType<AuditSource['page']>>;

/** A source that answers when told to. */
const pretend = () => {
  const asked: {
    filters: Filters;
    cursor: string | undefined;
    answer: (page: Page) => void;
    refuse: (error: Error) => void;
  }[] = [];
  const source: AuditSource = {
    page: (filters, cursor) =>
      new Promise((answer, refuse) => {
        asked.push({ filters, cursor, answer, refuse });
      }),
    fileAddress: (filters, format) => `${JSON.stringify(filters)}.${format}`
  };
  return { asked, model: createAuditModel(source) };
};

it('goes on where the last page ended, until there is no more', async () => {
  const { asked, model } = pretend();
  void model.reload();
  asked[0]?.answer({ items: [rowOf(3), rowOf(2)], nextCursor: 'c' });
  await vi.waitFor(() => expect(model.hasMore).toBe(true), 20_000);
  void model.loadMore();
  expect(asked[1]?.cursor).toBe('c');
  asked[1]?.answer({ items: [rowOf(1)], nextCursor: null });
  await vi.waitFor(() => expect(model.rows.map(({ position }) => position)).toEqual([3, 2, 1]), 20_000);
  await model.loadMore();
  expect(asked).toHaveLength(2);
});

it('shows what was asked for last, whichever answer comes last', async () => {
  const { asked, model } = pretend();
  model.setFilters({ who: 'ada' });
  const stale = model.reload();
  model.setFilters({ who: 'bob', asset: '', outcome: undefined });
  expect(model.filters).toEqual({ who: 'bob' });
  asked[2]?.answer({ items: [rowOf(2)], nextCursor: null });
  await vi.waitFor(() => expect(model.rows).toEqual([rowOf(2)]), 20_000);
  asked[1]?.answer({ items: [rowOf(1)], nextCursor: null });
  await stale;
  expect(model.rows).toEqual([rowOf(2)]);
  expect(model.fileAddress('csv')).toBe('{"who":"bob"}.csv');
});

it('keeps what it shows when asking again fails, and says so', async () => {
  const { asked, model } = pretend();
  const first = model.reload();
  asked[0]?.answer({ items: [rowOf(1)], nextCursor: null });
  await first;
  const second = model.reload();
  asked[1]?.refuse(new ApiProblem('service.unavailable', 503, 't', 'd', true, null, []));
  await second;
  expect(model).toMatchObject({ loading: false, problem: { code: 'service.unavailable' } });
  expect(model.rows).toHaveLength(1);
});

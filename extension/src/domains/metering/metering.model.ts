import { metering, roleCan } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

const shownDays = 30;
const dayLength = 86_400_000;
/** Milliseconds: what is counted is told to nobody as it happens. */
const every = 15_000;

/** What was seen in the last 30 days. */
export interface SeenState {
  readonly seen: readonly metering.Seen[];
  /** Every day, the first one first. */
  readonly days: readonly string[];
}

export type SeenModel = Reloaded<SeenState>;

const lastDays = (now: number): string[] =>
  Array.from({ length: shownDays }, (_, n) =>
    new Date(now - (shownDays - 1 - n) * dayLength).toISOString().slice(0, 10)
  );

/** What data scientists have seen, fetched again as long as somebody looks. */
export const createSeenModel = (project: IProject): SeenModel =>
  createReloaded<SeenState>({
    known: project.known,
    missed: project.missed,
    every,
    fetch: async () => {
      const mine = project.me?.project;
      if (!mine || !roleCan(mine.role, 'audit.view')) return undefined;
      const days = lastDays(Date.now());
      const { items } = await project.api.call(metering.getMetering, {
        params: { p: mine.name },
        query: { from: days[0], to: days.at(-1) }
      });
      return { seen: items, days };
    }
  });

import type { quota as contract } from '@hopslab/schema';
import type { SetLimits, Who } from './quota.set.js';

/** Hours of a month that one user has used in a project. */
export interface MonthRow {
  readonly project: string;
  readonly username: string;
  readonly coreHours: number;
  readonly gpuHours: number;
}

/** The calendar month (UTC) that an instant lies in: when it began, and when it turns. */
export const monthOf = (now: Date): { readonly from: Date; readonly turns: Date } => ({
  from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)),
  turns: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
});

/** What some rows come to. */
export const totalOf = (rows: readonly MonthRow[]): { coreHours: number; gpuHours: number } => ({
  coreHours: rows.reduce((sum, row) => sum + row.coreHours, 0),
  gpuHours: rows.reduce((sum, row) => sum + row.gpuHours, 0)
});

/** A limit of the month that is reached: the project's, or one user's. */
export interface UsedUp {
  readonly what: contract.Warning['what'];
  readonly user: string | null;
  readonly words: string;
}

const hours = [
  { what: 'core-hours', of: 'coreHours', word: 'core-hours' },
  { what: 'gpu-hours', of: 'gpuHours', word: 'GPU-hours' }
] as const;

/** What of the month is used up for somebody in a project; the project's limit before their own. */
export const usedUpBy = (
  { project, user }: Who,
  limits: SetLimits,
  rows: readonly MonthRow[],
  now: Date
): UsedUp[] => {
  const until = `The month turns on ${monthOf(now).turns.toISOString().slice(0, 10)} at 00:00 UTC`;
  const here = rows.filter(row => row.project === project);
  const [all, own] = [totalOf(here), totalOf(here.filter(row => row.username === user))];
  return hours.flatMap(({ what, of, word }): UsedUp[] => {
    const [most, mine] = [limits.project(project)[of], limits.user({ project, user })[of]];
    if (most !== null && all[of] >= most) {
      const words = `${project} has used its ${String(most)} ${word} of this month. ${until}; an administrator can grant more, for which a data owner of the project asks.`;
      return [{ what, user: null, words }];
    }
    if (mine !== null && own[of] >= mine) {
      const words = `${user} has used their ${String(mine)} ${word} of this month in ${project}. ${until}; a data owner of the project can give more.`;
      return [{ what, user, words }];
    }
    return [];
  });
};

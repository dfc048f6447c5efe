import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { placeOf, type Place } from './front.js';

interface Found {
  readonly number: number;
  readonly measured: (number | null)[];
}

/** Which trials are on the front, written in the transaction that holds the project's lock. */
export const createFrontStore = (db: Db, experiment: string, objectives: readonly contract.Objective[]) => {
  const found = async (which: string): Promise<{ number: number; place: Place | null }[]> => {
    const { rows } = await db.raw<{ rows: Found[] }>(
      `select number, array(
         select (metrics ->> name)::float8 from unnest(?::text[]) with ordinality as names (name, at) order by at
       ) as measured
       from trials where experiment = ? and ${which} order by number`,
      [objectives.map(({ metric }) => metric), experiment]
    );
    return rows.map(({ number, measured }) => ({ number, place: placeOf(number, measured, objectives) }));
  };

  return {
    /** Those that are marked; without a place where a later attempt has taken that of what was. */
    marked: () => found('front'),

    /** Looks through all of them. */
    complete: async (): Promise<Place[]> =>
      (await found(`state = 'complete'`)).flatMap(({ place }) => place ?? []),

    /** Marks those that are not, and the other way round; for whoever follows they have changed. */
    async turn(numbers: readonly number[]): Promise<void> {
      if (numbers.length === 0) return;
      await db('trials')
        .where({ experiment })
        .andWhereRaw('number = any(?::int[])', [[...numbers]])
        .update({ front: db.raw('not front'), seq: db.raw(`nextval('experiment_changes')`) });
    }
  };
};
export type FrontStore = ReturnType<typeof createFrontStore>;

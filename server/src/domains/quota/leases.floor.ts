import type { Db } from '../../platform/db.js';
import type { Rules } from './leases.queue.js';
import { share, type Shared, type SharingAsk } from './leases.share.js';
import type { Sharer } from './leases.sharers.js';
import { growthsOf, heldBy, type LeaseRow } from './leases.store.js';
import { nothing, type Amounts } from './quota.ledger.js';
import { readLimits, type Stock } from './quota.limits.js';

export type Gpus = Stock['gpus'];

/** The GPUs that may serve, by number. */
export const fitting = (gpuType: string | null | undefined, { gpus }: Gpus): number[] =>
  gpus.filter(gpu => gpuType == null || gpu.type === gpuType).map(gpu => gpu.index);

export const typeIn =
  ({ gpus }: Gpus) =>
  (index: number): string =>
    gpus.find(gpu => gpu.index === index)?.type ?? '';

const oneOf = ({ cores, memory }: LeaseRow): Amounts => ({ ...nothing, cores, memory });

const askOf = (row: LeaseRow, gpus: Gpus): SharingAsk => ({
  id: row.id,
  ...heldBy(row),
  ...(row.elastic && { amounts: oneOf(row), parts: row.executors }),
  gpus: fitting(row.gpu_type, gpus)
});

/** The holders that share, those first that asked for more first. */
const sharersAmong = (held: readonly LeaseRow[], growths: ReadonlyMap<string, LeaseRow>): Sharer[] => {
  const asked = [...growths.keys()];
  const place = ({ id }: LeaseRow): number => (asked.includes(id) ? asked.indexOf(id) : Infinity);
  return held
    .filter(row => row.elastic)
    .toSorted((one, other) => (place(one) === place(other) ? 0 : place(one) - place(other)))
    .map(row => ({
      id: row.id,
      project: row.project,
      user: row.username,
      each: oneOf(row),
      executors: row.executors,
      more: growths.get(row.id)?.executors ?? 0
    }));
};

/** Whose turn it is among leases, and more that are asked for. */
export const turnsAmong = async (
  db: Db,
  rows: readonly LeaseRow[],
  more: readonly SharingAsk[],
  stock: Stock
): Promise<Shared> => {
  const held = rows.filter(row => row.state === 'held');
  const growths = growthsOf(rows);
  const sharers = sharersAmong(held, growths);
  const growing = new Set(sharers.map(({ id }) => growths.get(id)?.id));
  const waiting = rows.filter(row => row.state === 'queued' && !growing.has(row.id));
  const queue = [...waiting.map(row => askOf(row, stock.gpus)), ...more];
  const rules: Rules = {
    limitsOf: await readLimits(db, stock, [...new Set([...queue, ...sharers].map(one => one.project))]),
    typeOf: typeIn(stock.gpus)
  };
  const others = held.filter(row => !row.elastic).map(heldBy);
  const taken = held.flatMap(row => row.gpu_indexes);
  return share({ queue, sharers, held: others, taken }, rules);
};

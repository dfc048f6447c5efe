import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import type { FileEntry, Received, Replaced } from '../../ports/file-store.js';
import { asStale, type Condition } from './datasets.conditions.js';
import { createDatasetsService } from './datasets.service.js';
import { admit, asSeenFrom, refOf, writeRow, type FilesDeps, type Place } from './files.place.js';

/** A file that has arrived whole, and what it is placed under. */
export interface Arrival {
  readonly place: Place;
  readonly received: Pick<Received, 'size' | 'place'>;
  /** What has to be true of the file that would be replaced. */
  readonly condition?: Condition | undefined;
  /** What the journal says beside its size. */
  readonly data?: Record<string, unknown> | undefined;
  /** What is written with it, whole or not at all. */
  readonly also?: ((trx: Db) => Promise<void>) | undefined;
}

/** Puts files that have arrived in their place: counted, journaled, and by what their user may now. */
export const createArrival =
  ({ db, files, storage }: Pick<FilesDeps, 'db' | 'files' | 'storage'>) =>
  async (actor: Author, now: Author, arrival: Arrival): Promise<FileEntry> => {
    const { place, received, condition, data, also } = arrival;
    try {
      return await db.transaction(async trx => {
        // From here on nobody else places anything in the project: of two who replace the same file one is late.
        await storage.lock(trx, refOf(place).project);
        // A long upload may have outlived the share that it began by. Whoever waits for the lock has a connection,
        // so that there may be no other one to ask by.
        await admit(createDatasetsService({ db: trx, files }), now, place, 'in');
        await writeRow(trx, actor, place, 'file.uploaded', { size: received.size, ...data });
        await also?.(trx);
        const admitted = async (replaced: Replaced) => {
          condition?.check(replaced);
          await storage.change(trx, refOf(place), {
            bytes: received.size - (replaced?.bytes ?? 0),
            files: replaced ? 0 : 1
          });
        };
        return await received.place({ admit: admitted, onlyNew: condition?.onlyNew ?? false });
      });
    } catch (error) {
      throw asSeenFrom(place, asStale(error));
    }
  };
export type Arrive = ReturnType<typeof createArrival>;

import type { DatasetRef } from '../../ports/file-store.js';
import type { Stored } from './storage.store.js';

/** What a program that goes on may still write: a notebook is saved, a log grows. */
export const slack: Stored = { bytes: 2 ** 20, files: 100 };

/** What making an empty file writes to the disk, at the least. */
const bytesOfFile = 256;

/** What each of those that can write a dataset wrote to disks while it was counted, and since the count before. */
export type Written = ReadonlyMap<string, number>;

/**
 * Who is to answer for what a dataset has grown by: those that wrote at least a tenth of it to disks in that time,
 * wherever; all that could, where no such one is to be found.
 */
export const writersOf = ({ bytes, files }: Stored, written: Written): string[] => {
  const least = Math.max(bytes, files * bytesOfFile) / 10;
  const some = [...written].filter(([, amount]) => amount >= least).map(([id]) => id);
  return some.length > 0 ? some : [...written.keys()];
};

/** What each of them has written too much into the datasets of one project, until somebody makes room there. */
export const createBlame = () => {
  const blame = new Map<string, Stored>();
  return {
    /** Notes what a dataset has grown by; answers who has passed the slack. */
    note(grown: Stored, written: Written): string[] {
      if (grown.bytes < 0 || grown.files < 0) blame.clear();
      if (grown.bytes <= 0 && grown.files <= 0) return [];
      const passed = [];
      for (const id of writersOf(grown, written)) {
        const before = blame.get(id) ?? { bytes: 0, files: 0 };
        const now = {
          bytes: before.bytes + Math.max(0, grown.bytes),
          files: before.files + Math.max(0, grown.files)
        };
        blame.set(id, now);
        if (now.bytes > slack.bytes || now.files > slack.files) passed.push(id);
      }
      return passed;
    }
  };
};
export type Blame = ReturnType<typeof createBlame>;

/** Why a notebook server was ended; what another project stores is told to its own members only. */
export const whyEnded = (dataset: DatasetRef, reader: string): string =>
  dataset.project === reader
    ? `${reader} stores more than its quota, and this notebook server went on writing into ${dataset.dataset}. Start it again, and remove something; a data owner can ask the administrator for more.`
    : `${dataset.project} has no room left for its dataset ${dataset.dataset}, and this notebook server went on writing there. Start it again, and write into a dataset of your own project, or ask a data owner of ${dataset.project} to make some room.`;

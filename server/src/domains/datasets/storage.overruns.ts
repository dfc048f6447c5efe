import type { DatasetRef } from '../../ports/file-store.js';
import type { Stored } from './storage.store.js';

/** What a program that goes on may still write: a notebook is saved, a log grows. */
export const slack: Stored = { bytes: 2 ** 20, files: 100 };

/** What making an empty file writes to the disk, at the least. */
const bytesOfFile = 256;

/** What each of those that can write a dataset wrote to disks while it was counted, and since the count before. */
export type Written = ReadonlyMap<string, number>;

/** Who can have made a dataset grow. */
export interface Suspects {
  readonly ids: readonly string[];
  /** They were seen to write as much; where not, they are all that could. */
  readonly seen: boolean;
}

/**
 * Those that wrote at least a tenth of what a dataset has grown by to disks in that time, wherever. A program can keep
 * out of that count: where what they wrote does not make up half of it, somebody else did, and nobody can be told apart.
 */
export const writersOf = ({ bytes, files }: Stored, written: Written): Suspects => {
  const whole = Math.max(bytes, files * bytesOfFile);
  const some = [...written].filter(([, amount]) => amount >= whole / 10);
  const seen = some.reduce((sum, [, amount]) => sum + amount, 0) >= whole / 2;
  return { ids: seen ? some.map(([id]) => id) : [...written.keys()], seen };
};

/** What each of them has written too much into the datasets of one project, until somebody makes room there. */
export const createBlame = () => {
  const blame = new Map<string, Stored>();
  return {
    /** Notes what a dataset has grown by; answers who has passed the slack. */
    note(grown: Stored, written: Written): { readonly passed: readonly string[]; readonly seen: boolean } {
      if (grown.bytes < 0 || grown.files < 0) blame.clear();
      if (grown.bytes <= 0 && grown.files <= 0) return { passed: [], seen: false };
      const passed = [];
      const { ids, seen } = writersOf(grown, written);
      for (const id of ids) {
        const before = blame.get(id) ?? { bytes: 0, files: 0 };
        const now = {
          bytes: before.bytes + Math.max(0, grown.bytes),
          files: before.files + Math.max(0, grown.files)
        };
        blame.set(id, now);
        if (now.bytes > slack.bytes || now.files > slack.files) passed.push(id);
      }
      return { passed, seen };
    }
  };
};
export type Blame = ReturnType<typeof createBlame>;

/** Why a notebook server only reads a dataset now; what another project stores is told to its own members only. */
export const whyReadOnly = ({ project, dataset }: DatasetRef, reader: string, seen: boolean): string => {
  const who = seen
    ? 'this notebook server went on writing there'
    : 'it went on growing: which of the notebook servers that can write there did it could not be told, so none of them can any more';
  return project === reader
    ? `${reader} stores more than its quota, and ${dataset} is read-only here now, for ${who}. Remove something in the list of datasets and start the notebook server again to write; a data owner can ask the administrator for more.`
    : `${project} has no room left for its dataset ${dataset}, which is read-only here now, for ${who}. Write into a dataset of your own project, or ask a data owner of ${project} to make some room and start the notebook server again.`;
};

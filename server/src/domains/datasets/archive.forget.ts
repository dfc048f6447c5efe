import type { ZipFile } from 'yazl';

/** What a packer remembers of each file until its end: a kilobyte of the heap. */
interface Remembered {
  readonly state: number;
  getCentralDirectoryRecord(): Buffer;
}

const packedWhole = 3;
const nothing = Buffer.alloc(0);

export const rememberedBy = (zip: ZipFile): Remembered[] =>
  (zip as unknown as { readonly entries: Remembered[] }).entries;

/**
 * Puts what a zip file says at its end of the files that are packed whole outside of the heap, each time that it is
 * called; the packer has one and the same instead of them. It knows the packer from inside, whose version is fixed.
 */
export const forgetting = (zip: ZipFile): (() => void) => {
  const entries = rememberedBy(zip);
  let records = Buffer.alloc(2 ** 12);
  let [used, forgotten] = [0, 0];
  let told = false;
  const past: Remembered = {
    state: packedWhole,
    // The first that is asked answers for all.
    getCentralDirectoryRecord: () => {
      if (told) return nothing;
      told = true;
      return records.subarray(0, used);
    }
  };
  return () => {
    for (let entry = entries[forgotten]; entry?.state === packedWhole; entry = entries[forgotten]) {
      const record = entry.getCentralDirectoryRecord();
      if (used + record.length > records.length) {
        const more = Buffer.alloc(2 * records.length + record.length);
        records.copy(more, 0, 0, used);
        records = more;
      }
      used += record.copy(records, used);
      entries[forgotten] = past;
      forgotten += 1;
    }
  };
};

import type { audit } from '@hopslab/schema';
import { genesis, hashAfter, type Link } from './audit.chain.js';
import type { Head } from './audit.heads.js';

/** A row with the hash that it was given. */
export type ChainedRow = Link & { readonly hash: Buffer | null };

export interface Evidence {
  /** Every placed row, in the order of positions. */
  readonly rows: AsyncIterable<readonly ChainedRow[]>;
  /** Every line of signed heads, oldest first; undefined for one that is not ours. */
  readonly heads: AsyncIterable<Head | undefined>;
  /** The hash of the row at a position. */
  readonly hashAt: (position: number) => Promise<Buffer | undefined>;
  /** Rows that may be without a signed head yet. */
  readonly mostUnsigned: number;
}

/** Told one by one, so that a list of a million faults stays short. */
const mostFaults = 100;

const nothing = Buffer.alloc(0);

/** Altered rows in a row after which the next good one is still told from them. */
const mostGuesses = 8;

const createFaults = () => {
  const faults: audit.Fault[] = [];
  let more = false;
  return {
    list: faults,
    get more() {
      return more;
    },
    /** Adjoining faults of one kind are one. */
    add(kind: audit.Fault['kind'], from: number, to: number, detail: string): void {
      const last = faults.at(-1);
      if (last?.kind === kind && from <= last.to + 1 && from >= last.from)
        faults[faults.length - 1] = { ...last, to: Math.max(last.to, to) };
      else if (faults.length < mostFaults) faults.push({ kind, from, to, detail });
      else more = true;
    }
  };
};
type Faults = ReturnType<typeof createFaults>;

const details = {
  altered: 'These rows do not have the hash that follows from what they say and from the row before.',
  missing: 'These rows are gone.',
  extra: 'There is a row that has no place in the chain.',
  rewritten: 'These rows are not those whose hash was signed.',
  'cut-off': 'The journal ends before these rows, which were signed.',
  older: 'The signed heads go back to this row: an older database was put in place.',
  head: 'A line of the signed heads is not signed by this installation.',
  unsigned: 'No signed head covers these rows: the file of heads was cut off or is missing.'
} as const satisfies Record<audit.Fault['kind'], string>;

/** Follows the rows, and holds every one against the hash of the row before. */
const createChainCheck = (faults: Faults) => {
  // Where a hash was changed and its row was not, the next row still follows the hash that it should have been.
  let before: readonly Uint8Array[] = [genesis];
  let expected = 1;
  let rows = 0;
  return {
    get expected() {
      return expected;
    },
    get rows() {
      return rows;
    },
    take(row: ChainedRow): void {
      rows += 1;
      if (row.position < expected) {
        faults.add('extra', row.position, row.position, details.extra);
        return;
      }
      const stored = row.hash ?? nothing;
      if (row.position > expected) {
        faults.add('missing', expected, row.position - 1, details.missing);
        before = [stored];
      } else {
        const fits = before.some(previous => hashAfter(previous, row).equals(stored));
        if (!fits) faults.add('altered', row.position, row.position, details.altered);
        before = fits ? [stored] : [stored, ...before.map(one => hashAfter(one, row))].slice(0, mostGuesses);
      }
      expected = row.position + 1;
    }
  };
};

/** Holds the signed heads against the rows they name, each as its row comes by. */
const createHeadsCheck = async ({ heads, hashAt }: Evidence, faults: Faults) => {
  const lines = heads[Symbol.asyncIterator]();
  let count = 0;
  let good = 0;
  let newest: Head | undefined;
  let line = 0;

  /** The next head; lines that are not ours are told. */
  const next = async (): Promise<Head | undefined> => {
    for (;;) {
      const read = await lines.next();
      if (read.done === true) return undefined;
      line += 1;
      if (read.value) {
        count += 1;
        newest = read.value;
        return read.value;
      }
      faults.add('head', line, line, details.head);
    }
  };

  const compare = (head: Head, hash: Uint8Array | null | undefined): void => {
    if (hash && Buffer.from(hash).toString('hex') === head.hash) good = Math.max(good, head.position);
    else faults.add('rewritten', Math.min(good + 1, head.position), head.position, details.rewritten);
  };

  let head = await next();
  let highest = 0;

  /** Passes over heads of rows that went by already, or that are missing before this one. */
  const skip = async (position: number): Promise<void> => {
    while (head && head.position < position) {
      if (head.position < highest) faults.add('older', head.position, head.position, details.older);
      highest = head.position;
      compare(head, await hashAt(head.position));
      head = await next();
    }
  };

  return {
    async take({ position, hash }: ChainedRow): Promise<void> {
      await skip(position);
      while (head?.position === position) {
        highest = position;
        compare(head, hash);
        head = await next();
      }
    },
    /** After the last row. */
    async end(tip: number): Promise<void> {
      for (; head; head = await next()) {
        if (head.position < highest) faults.add('older', head.position, head.position, details.older);
        highest = head.position;
        if (head.position > tip) faults.add('cut-off', tip + 1, head.position, details['cut-off']);
        else compare(head, await hashAt(head.position));
      }
    },
    get told() {
      return { count, good, newest };
    }
  };
};

/** Reads the whole journal once, in bounded memory, and says which rows are not what was written. */
export const verifyJournal = async (evidence: Evidence): Promise<Omit<audit.Verification, 'seconds'>> => {
  const faults = createFaults();
  const chain = createChainCheck(faults);
  const heads = await createHeadsCheck(evidence, faults);
  let last: ChainedRow | undefined;
  for await (const batch of evidence.rows)
    for (const row of batch) {
      chain.take(row);
      await heads.take(row);
      last = row;
    }
  const tip = chain.expected - 1;
  await heads.end(tip);
  const { count, good, newest } = heads.told;
  const unsigned = Math.max(0, tip - good);
  if (unsigned > evidence.mostUnsigned) faults.add('unsigned', good + 1, tip, details.unsigned);
  return {
    verified: faults.list.length === 0,
    rows: chain.rows,
    position: tip,
    hash: last?.hash?.toString('hex') ?? null,
    heads: count,
    signed: newest ? { position: newest.position, at: newest.at } : null,
    faults: faults.list,
    moreFaults: faults.more
  };
};

import type { Db } from '../../platform/db.js';
import { publish } from '../../platform/live.js';
import type { Logger } from '../../platform/logger.js';
import { genesis, hashAfter, linkColumns, type Link } from './audit.chain.js';
import type { Heads } from './audit.heads.js';

/** Where the chain ends; position 0 where nothing is in it. */
export interface Tip {
  readonly position: number;
  readonly hash: Buffer;
}

const mostAtOnce = 1000;

/** Batches of one turn: what a long journal has left to place holds up neither a start nor a stop. */
const batchesOfTurn = 20;

const tipOf = async (db: Db): Promise<Tip> => {
  const last = await db('journal')
    .whereNotNull('position')
    .orderBy('position', 'desc')
    .first<Tip | undefined>('position', 'hash');
  return last ?? { position: 0, hash: genesis };
};

/**
 * Gives committed rows their position and their hash, in the order of their ids among what is visible. One sequencer
 * at a time (the lock), so that a reader who saw position n has seen everything before it.
 */
const sequence = (db: Db): Promise<Tip & { readonly more: boolean }> =>
  db.transaction(async trx => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('journal.sequence'))`);
    let tip = await tipOf(trx);
    const { rows } = await trx.raw<{ rows: Omit<Link, 'position'>[] }>(
      `select ${linkColumns} from journal where position is null order by id limit ${mostAtOnce}`
    );
    const placed = rows.map(row => {
      const position = tip.position + 1;
      tip = { position, hash: hashAfter(tip.hash, { ...row, position }) };
      return { id: row.id, ...tip };
    });
    if (placed.length > 0)
      await trx.raw(
        `update journal set position = placed.position, hash = placed.hash
         from unnest(?::bigint[], ?::bigint[], ?::bytea[]) as placed(id, position, hash)
         where journal.id = placed.id and journal.position is null`,
        [placed.map(row => row.id), placed.map(row => row.position), placed.map(row => row.hash)]
      );
    for (const project of new Set(rows.map(row => row.project)))
      if (project !== null) await publish(trx, `project:${project}`, {});
    return { ...tip, more: rows.length === mostAtOnce };
  });

export interface SequencerDeps {
  readonly db: Db;
  readonly heads: Heads;
  readonly logger: Logger;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

/** A head is signed after so many rows, or after so long where there are fewer. */
const signAfter = { rows: 100, ms: 5000 };

/** The one that writes the chain on, and signs how far it has come. */
export const createSequencer = ({ db, heads, logger, now = () => performance.now() }: SequencerDeps) => {
  let signed: { position: number; at: number } | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** What an earlier process signed; a database that does not know it was put back or rewritten. */
  const begin = async (): Promise<{ position: number; at: number }> => {
    const last = await heads.last();
    if (!last) return { position: 0, at: -Infinity };
    const row = await db('journal')
      .where({ position: last.position })
      .first<{ hash: Buffer } | undefined>('hash');
    if (row?.hash.toString('hex') !== last.hash)
      logger.error(
        { head: last },
        'the journal is not the one that was signed: the database was put back or changed; run ./hopslab admin verify-audit'
      );
    return { position: last.position, at: -Infinity };
  };

  const sign = async ({ position, hash }: Tip): Promise<void> => {
    if (position > 0)
      await heads.append({ position, hash: hash.toString('hex'), at: new Date().toISOString() });
    signed = { position, at: now() };
  };

  const run = async (closing: boolean): Promise<void> => {
    signed ??= await begin();
    for (let batch = 0, more = true; more && batch < batchesOfTurn; batch++) {
      const tip = await sequence(db);
      const ahead = tip.position - signed.position;
      const due = closing || Math.abs(ahead) >= signAfter.rows || now() - signed.at >= signAfter.ms;
      if (ahead !== 0 && due) await sign(tip);
      ({ more } = tip);
    }
  };

  const inTurn = (closing: boolean): Promise<void> => {
    turn = turn.catch(() => undefined).then(() => run(closing));
    return turn;
  };

  return {
    run: () => inTurn(false),
    /** Places what is left and signs the end, where this process has signed before. */
    close: async () => {
      if (signed) await inTurn(true);
    }
  };
};

import { createHash } from 'node:crypto';

/** A journal row as the chain sees it: every column, as text that PostgreSQL gives the same for ever. */
export interface Link {
  readonly position: number;
  readonly id: number;
  /** Seconds since 1970 with six decimals. */
  readonly at: string;
  readonly actor: string;
  readonly project_user: string | null;
  readonly project: string | null;
  readonly action: string;
  readonly asset: string;
  readonly outcome: string;
  readonly channel: string;
  readonly address: string | null;
  readonly request_id: string | null;
  /** `jsonb` as text: its keys have one order. */
  readonly data: string;
}

/** What to select for a link. */
export const linkColumns = `position, id, extract(epoch from at)::text as at, actor, project_user, project, action,
  asset, outcome, channel, address, request_id, data::text as data`;

/** What stands before the first row. */
export const genesis: Buffer = Buffer.alloc(32);

/**
 * `SHA-256(hash of the row before, canonical bytes)`. The canonical bytes are UTF-8 of a JSON array without spaces:
 * position and id as numbers, then the other columns in the order of `Link`, each a string or null.
 */
export const hashAfter = (previous: Uint8Array, link: Link): Buffer =>
  createHash('sha256')
    .update(previous)
    .update(
      JSON.stringify([
        link.position,
        link.id,
        link.at,
        link.actor,
        link.project_user,
        link.project,
        link.action,
        link.asset,
        link.outcome,
        link.channel,
        link.address,
        link.request_id,
        link.data
      ])
    )
    .digest();

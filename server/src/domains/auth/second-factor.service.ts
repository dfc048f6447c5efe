import type { account } from '@hopslab/schema';
import { toString as drawn } from 'qrcode';
import type { Actor, Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { seal, unseal } from '../../platform/seal.js';
import type { Throttle } from './auth.throttle.js';
import type { Confirmation } from './passwords.service.js';
import {
  counterOf,
  newFactorSecret,
  newRecoveryCodes,
  plain,
  recoveryHash,
  uriOf
} from './second-factor.codes.js';
import { createSecondFactorStore, type FactorRow } from './second-factor.store.js';

export interface SecondFactorDeps {
  readonly db: Db;
  readonly throttle: Throttle;
  /** 32 bytes: the secrets rest sealed. */
  readonly key: Buffer;
  readonly confirm: Confirmation;
  readonly now?: () => number;
}

const off = () => problem('factor.off', 'Begin with one first.');
const wrongCode = () =>
  problem('auth.wrong-code', 'It is wrong, too old, or was used before; wait for the next one.');

export const createSecondFactor = ({ db, throttle, key, confirm, now = Date.now }: SecondFactorDeps) => {
  const secretOf = (row: FactorRow): string => unseal(key, row.secret) as string;

  /** Takes a code of the authenticator or a recovery code; either is good once. */
  const isGood = async (trx: Db, row: FactorRow, code: string): Promise<'code' | 'recovery' | undefined> => {
    const store = createSecondFactorStore(trx);
    const counter = counterOf(secretOf(row), plain(code), now());
    if (counter !== undefined) return (await store.take(row.username, counter)) ? 'code' : undefined;
    return row.confirmed_at && (await store.spend(row.username, recoveryHash(code))) ? 'recovery' : undefined;
  };

  const tell = (trx: Db, actor: Author, what: string): Promise<void> =>
    record(trx, { actor, project: null, action: `factor.${what}`, asset: `user:${actor.user.name}` });

  /** Runs what a good code is for; only who knows the password comes here, so nobody else can use the tries up. */
  const withCode = async <T>(
    actor: Author,
    row: FactorRow,
    code: string,
    then: (trx: Db) => Promise<T>
  ): Promise<T> => {
    const answer = await throttle.attempt('second factor', `second factor of ${row.username}`, () =>
      db.transaction(async trx => {
        const how = await isGood(trx, row, code);
        if (!how) return undefined;
        if (how === 'recovery') await tell(trx, actor, 'recovery-code-used');
        return { value: await then(trx) };
      })
    );
    if (!answer) throw wrongCode();
    return answer.value;
  };

  return {
    async get(actor: Actor): Promise<account.SecondFactor> {
      const store = createSecondFactorStore(db);
      const row = await store.of(actor.user.name);
      return {
        on: Boolean(row?.confirmed_at),
        since: row?.confirmed_at?.toISOString() ?? null,
        recoveryCodesLeft: await store.codesLeft(actor.user.name)
      };
    },

    async enrol(actor: Actor, password: string): Promise<account.Enrolment> {
      const { name } = await confirm(actor, password);
      const secret = newFactorSecret();
      if (!(await createSecondFactorStore(db).begin(name, seal(key, secret))))
        throw problem('factor.on', 'Remove the one that you have first.');
      const uri = uriOf(secret, name);
      return { uri, secret, qr: await drawn(uri, { type: 'svg', margin: 2 }) };
    },

    async confirm(actor: Actor, code: string): Promise<{ recoveryCodes: string[] }> {
      const row = await createSecondFactorStore(db).of(actor.user.name);
      if (!row) throw off();
      if (row.confirmed_at) throw problem('factor.on', 'It is confirmed already.');
      return withCode(actor, row, code, async trx => {
        const recoveryCodes = newRecoveryCodes();
        await createSecondFactorStore(trx).confirm(row.username, recoveryCodes.map(recoveryHash));
        await tell(trx, actor, 'added');
        return { recoveryCodes };
      });
    },

    async remove(actor: Actor, password: string, code: string): Promise<void> {
      const { name } = await confirm(actor, password);
      const row = await createSecondFactorStore(db).of(name);
      if (!row?.confirmed_at) throw off();
      await withCode(actor, row, code, async trx => {
        await createSecondFactorStore(trx).remove(name);
        await tell(trx, actor, 'removed');
      });
    },

    /** At a sign-in whose password was good: throws where a code is missing or not good. */
    async demand(from: Author, code: string | undefined): Promise<void> {
      const row = await createSecondFactorStore(db).of(from.user.name);
      if (!row?.confirmed_at) return;
      if (code === undefined || code === '')
        throw problem('auth.second-factor', 'Send the code that your authenticator shows as otp.');
      await withCode(from, row, code, () => Promise.resolve());
    }
  };
};
export type SecondFactorService = ReturnType<typeof createSecondFactor>;

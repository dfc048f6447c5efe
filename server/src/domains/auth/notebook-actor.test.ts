import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { labelOf } from '../../platform/label.js';
import { testDatabase } from '../../testing/database.js';
import { createNotebookClaims } from './notebook-actor.js';
import { createNotebookCookies, notebookCookie, type NotebookPass } from './notebook-cookie.js';
import { cookies, people } from './notebook-entry.fixture.js';

type Database = Awaited<ReturnType<typeof testDatabase>>;

let database: Database;
let pass: NotebookPass;
const ada = labelOf('demo', 'ada');

beforeAll(async () => {
  database = await testDatabase();
  await people(database.db);
});
afterAll(() => database.close());

beforeEach(async () => {
  const { epoch } = await database.db('members').where({ username: 'ada' }).first<{ epoch: number }>('epoch');
  const { id } = await database.db('sessions').where({ username: 'ada' }).first<{ id: string }>('id');
  pass = {
    project: 'demo',
    user: 'ada',
    session: id,
    epoch: epoch,
    expiresAt: new Date(Date.now() + 60_000)
  };
});

const claims = (cookie: string, label = ada) =>
  createNotebookClaims(database.db, cookies)({ headers: { cookie } }, label);
const cookieFor = async (more: Partial<NotebookPass> = {}) =>
  `${notebookCookie}=${await cookies.seal({ ...pass, ...more })}`;

describe('the cookie of a notebook origin', () => {
  it('says who that origin belongs to', async () => {
    expect(await claims(`a=b; ${await cookieFor()}; c=d`)).toEqual({
      project: 'demo',
      user: 'ada',
      session: pass.session
    });
  });

  it('keeps the hub session awake', async () => {
    await database
      .db('sessions')
      .where({ id: pass.session })
      .update({ last_seen_at: database.db.raw(`now() - interval '1 hour'`) });
    await claims(await cookieFor());
    const row = await database
      .db('sessions')
      .where({ id: pass.session })
      .first<{ last_seen_at: Date }>('last_seen_at');
    expect(Date.now() - row.last_seen_at.getTime()).toBeLessThan(60_000);
  });

  it('says nothing on another origin', async () => {
    expect(await claims(await cookieFor(), labelOf('demo', 'bob'))).toBeUndefined();
  });

  it('says nothing when it has expired, is of an earlier membership, or of a session that is gone', async () => {
    expect(await claims(await cookieFor({ expiresAt: new Date(Date.now() - 1000) }))).toBeUndefined();
    expect(await claims(await cookieFor({ epoch: pass.epoch - 1 }))).toBeUndefined();
    expect(
      await claims(await cookieFor({ session: '00000000-0000-4000-8000-000000000000' }))
    ).toBeUndefined();
  });

  it('says nothing for another user’s session', async () => {
    const bobs = (await database.db('sessions').where({ username: 'bob' }).first<{ id: string }>('id')).id;
    expect(await claims(await cookieFor({ session: bobs }))).toBeUndefined();
  });

  it('is refused twice in one request', async () => {
    await expect(claims(`${await cookieFor()}; ${await cookieFor()}`)).rejects.toMatchObject({
      code: 'auth.two-credentials'
    });
  });

  it('is not taken from another key, issuer, audience or algorithm', async () => {
    const foreign = createNotebookCookies(Buffer.alloc(32, 2));
    expect(await claims(`${notebookCookie}=${await foreign.seal(pass)}`)).toBeUndefined();
    const sign = (audience: string) =>
      new SignJWT({ project: 'demo', sid: pass.session, epoch: pass.epoch })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('hopslab')
        .setAudience(audience)
        .setSubject('ada')
        .setExpirationTime('1h')
        .sign(Buffer.alloc(32, 1));
    expect(await claims(`${notebookCookie}=${await sign('notebook')}`)).toBeDefined();
    expect(await claims(`${notebookCookie}=${await sign('api')}`)).toBeUndefined();
    const unsigned = [
      { alg: 'none' },
      {
        project: 'demo',
        sub: 'ada',
        sid: pass.session,
        epoch: pass.epoch,
        iss: 'hopslab',
        aud: 'notebook',
        exp: 9e9
      }
    ];
    const none = `${unsigned.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
    expect(await claims(`${notebookCookie}=${none}`)).toBeUndefined();
  });
});

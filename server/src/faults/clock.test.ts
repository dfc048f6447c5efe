import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { auth } from '@hopslab/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../platform/db.js';
import { startPostgres, type TestPostgres } from '../testing/postgres.js';
import { startInstallation, type Started } from './installation.js';
import { until } from './patience.js';
import { openScene, type Scene } from './scene.js';

let folder: string;
let postgres: TestPostgres;
let at: Started;
let scene: Scene;

/** Sets the clock of the platform and its database, so many seconds off; sandboxes keep the machine's. */
const setClock = (seconds: number): void => {
  writeFileSync(join(folder, 'seconds'), String(seconds));
  writeFileSync(join(folder, 'faketime'), `${seconds < 0 ? '' : '+'}${String(seconds)}\n`);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopslab-clock-'));
  await chmod(folder, 0o755);
  setClock(0);
  postgres = await startPostgres({
    LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1',
    FAKETIME_TIMESTAMP_FILE: join(folder, 'faketime'),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1'
  });
  at = await startInstallation({
    env: {
      HOPSLAB_DATABASE_URL: postgres.url('postgres'),
      HOPSLAB_TEST_CLOCK: join(folder, 'seconds'),
      NODE_OPTIONS: `--import ${new URL('shifted-clock.ts', import.meta.url).href}`
    }
  });
  scene = await openScene(at, 'clock');
});
afterAll(async () => {
  setClock(0);
  await scene.close();
  await at.down();
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

/** What the server's and the database's clocks say, in ms. */
const clocks = async (): Promise<number[]> => {
  const { username, password } = at;
  const { body } = await scene.person.line.send(`${at.url}/api/v1/auth/login`, {
    method: 'POST',
    body: { username, password }
  });
  const db = connect(postgres.url('postgres'), 1);
  const { rows } = await db.raw<{ rows: { now: Date }[] }>('select now()');
  await db.destroy();
  const tokenLife = 15 * 60_000;
  return [
    new Date((body as { expiresAt: string }).expiresAt).getTime() - tokenLife,
    rows[0]?.now.getTime() ?? 0
  ];
};

const signInOnHub = async (): Promise<{ cookie: string; who: () => Promise<auth.Me> }> => {
  const { line } = scene.person;
  const { username, password } = at;
  const { cookies } = await line.send(`${at.url}/api/v1/auth/login`, {
    method: 'POST',
    body: { username, password }
  });
  const cookie = cookies.join('; ');
  const who = async () => {
    const { status, body } = await line.send(`${at.url}/api/v1/auth/me`, { headers: { cookie } });
    expect(status).toBe(200);
    return body as auth.Me;
  };
  return { cookie, who };
};

it.each<[string, number]>([
  ['forward', 3600],
  ['backward', -3600]
])(
  'an hour %s ends no session, no sweep and no sandbox, and a browser asleep misses nothing',
  async (name, seconds) => {
    setClock(0);
    const { person, work } = scene;
    const { cookie, who } = await signInOnHub();
    expect((await who()).user.name).toBe(at.username);
    const events = `${at.url}/api/v1${work.path}/events`;
    const [asleep] = await person.line.follow(events, { cookie }, seen => seen.length > 0);

    await scene.endure(`clock_${name}`, 60, async () => {
      setClock(seconds);
      await until('clock that is set', async () =>
        (await clocks()).every(clock => Math.abs(clock - Date.now() - seconds * 1000) < 120_000)
      );
      expect((await who()).user.name).toBe(at.username);
      for (const description of ['one', 'two', 'three'])
        await person.ask(work.path, { method: 'PATCH', body: { description } });
      expect((await work.look()).state).toBe('ready');
    });
    expect((await work.look()).state).toBe('ready');

    const missed = await person.line.follow(
      events,
      { cookie, 'last-event-id': asleep?.id ?? '' },
      seen =>
        seen.filter(({ event }) => event === 'journal').length >= 3 &&
        seen.some(({ event }) => event === 'experiment')
    );
    // Three changes of the project, two experiments that began and ended: none is told twice.
    expect(new Set(missed.map(({ id }) => id)).size).toBe(missed.length);
    setClock(0);
    expect((await who()).user.name).toBe(at.username);
  }
);

import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { testDatabase } from '../testing/database.js';
import { createLive, publish } from './live.js';
import { createLogger } from './logger.js';

const logger = createLogger('test', 'fatal');

it('hears what is published, and calls everybody after a lost connection', async () => {
  const { db, url, close } = await testDatabase();
  const live = createLive(url, logger);
  const heard = () => new Promise<void>(resolve => live.on('news', resolve));
  await heard();

  const next = heard();
  await publish(db, 'news', {});
  await next;

  const after = heard();
  await db.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hopslab live' and datname = current_database()`
  );
  await after;
  await live.close();
  await close();
});

it('leaves no connection, also when it is closed while it connects', async () => {
  const { db, url, close } = await testDatabase();
  for (let i = 0; i < 10; i++) await createLive(url, logger).close();
  const open = async () => {
    const { rows } = await db.raw<{ rows: unknown[] }>(
      `select 1 from pg_stat_activity where application_name = 'hopslab live' and datname = current_database()`
    );
    return rows.length;
  };
  // The server notices a closed connection a moment later.
  for (let tries = 0; tries < 100 && (await open()) > 0; tries++) await pause(20);
  expect(await open()).toBe(0);
  await close();
});

import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Db } from './db.js';
import type { Logger } from './logger.js';

const notifications = 'hopslab';

/** Tells every process that listens, once the transaction commits. Payloads are small: ids, not contents. */
export const publish = async (db: Db, channel: string, payload: object): Promise<void> => {
  await db.raw('select pg_notify(?, ?)', [notifications, JSON.stringify({ channel, payload })]);
};

/** Hears what is published. After a lost connection every listener is called once: something may have been missed. */
export interface Live {
  on(channel: string, listener: () => void): () => void;
  close(): Promise<void>;
}

export const createLive = (url: string, logger: Logger): Live => {
  const emitter = new EventEmitter().setMaxListeners(0);
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const wakeAll = () => {
    for (const channel of emitter.eventNames()) emitter.emit(channel);
  };

  const retry = () => {
    if (closed || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      listening = listen();
    }, 500);
  };

  const listen = async (): Promise<void> => {
    const fresh = new pg.Client({ connectionString: url, application_name: 'hopslab live' });
    fresh.on('notification', ({ payload }) => {
      const { channel } = JSON.parse(payload ?? '{}') as { channel?: string };
      if (channel) emitter.emit(channel);
    });
    fresh.on('error', error => {
      logger.warn({ err: error }, 'lost the connection that listens; connecting again');
      retry();
    });
    fresh.on('end', retry);
    try {
      await fresh.connect();
      client = fresh;
      await fresh.query(`listen ${notifications}`);
      wakeAll();
    } catch (error) {
      logger.warn({ err: error }, 'cannot listen yet');
      retry();
    }
  };
  let listening = listen();

  return {
    on(channel, listener) {
      emitter.on(channel, listener);
      return () => emitter.off(channel, listener);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      // One that is still connecting would stay open, and keep a process that is done from ending.
      await listening;
      await client?.end();
    }
  };
};

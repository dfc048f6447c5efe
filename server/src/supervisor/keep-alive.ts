import type { Logger } from '../platform/logger.js';
import { createBackoff } from './backoff.js';
import type { ServiceBoard } from './service-board.js';

export interface Running {
  readonly pid: number;
  /** Resolves when the service answers; rejects when it ended before. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when it is gone. */
  readonly ended: Promise<string>;
}

export interface Kept {
  readonly name: string;
  start(): Promise<Running>;
  stop(): Promise<void>;
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts a service and starts it again whenever it ends, until told to stop; its state is on the board at all times. */
export const keepAlive = (service: Kept, board: ServiceBoard, logger: Logger) => {
  const backoff = createBackoff();
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;
  const { promise: first, resolve: firstReady } = Promise.withResolvers<undefined>();

  /** Runs it once and answers why it ended. */
  const once = async (): Promise<string> => {
    try {
      const running = await service.start();
      board.set(service.name, 'starting', { pid: running.pid });
      await Promise.race([running.ready, running.ended.then(reason => Promise.reject(new Error(reason)))]);
      if (!stopped()) board.set(service.name, 'ready', { pid: running.pid });
      logger.info({ service: service.name, pid: running.pid }, 'ready');
      firstReady(undefined);
      return await running.ended;
    } catch (error) {
      return words(error);
    }
  };

  const loop = async (): Promise<void> => {
    board.set(service.name, 'starting');
    while (!stopped()) {
      const began = performance.now();
      const reason = await once();
      if (stopped()) break;
      const pause = backoff.next(performance.now() - began);
      board.set(service.name, pause < 1000 ? 'starting' : 'failed', { reason });
      logger.warn({ service: service.name, reason, pause }, 'ended; it is started again');
      await wait(pause, stopping.signal);
    }
  };

  const looping = loop();
  return {
    /** Resolves when it is ready for the first time. */
    first,
    async stop(): Promise<void> {
      stopping.abort();
      await service.stop();
      await looping;
      board.set(service.name, 'stopped');
    }
  };
};
export type Keeper = ReturnType<typeof keepAlive>;

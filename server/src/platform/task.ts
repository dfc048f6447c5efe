import type { Logger } from './logger.js';

export interface Task {
  readonly name: string;
  readonly everyMs: number;
  readonly logger: Logger;
  /** Subscribes to what should make it run at once. */
  readonly wake?: (wake: () => void) => () => void;
  readonly run: () => Promise<unknown>;
}

/** Repeats a piece of work for ever, never twice at a time; a failure is logged and tried again at the next turn. */
export const createTask = ({ name, everyMs, logger, wake, run }: Task) => {
  let running = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;

  const turn = async (): Promise<void> => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      try {
        await run();
      } catch (error) {
        logger.warn({ err: error, task: name }, 'a background task failed; it is tried again');
      }
    }
    running = false;
  };

  return {
    start(): Promise<void> {
      unsubscribe = wake?.(() => void turn());
      timer = setInterval(() => void turn(), everyMs);
      timer.unref();
      return turn();
    },
    stop(): void {
      clearInterval(timer);
      unsubscribe?.();
    }
  };
};

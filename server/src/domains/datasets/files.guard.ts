import { addAbortSignal, type Readable } from 'node:stream';
import { ProblemError } from '../../platform/problem.js';

/** Between two looks, in ms: who may not go on has lost it within five seconds. */
const every = 1500;
/** Looks in a row that may fail without an answer, as where the database is away for a moment. */
const mostFailed = 3;

export interface Guard {
  /** Aborts with the reason once it may not go on. */
  readonly signal: AbortSignal;
  readonly end: () => void;
}

const isAnswer = (error: unknown): boolean =>
  error instanceof ProblemError && error.status < 500 && !error.retriable;

/** Asks again and again, while something goes on, whether it still may; `ask` rejects where not. */
export const createGuard = (ask: () => Promise<unknown>): Guard => {
  const refused = new AbortController();
  let asking = false;
  let failed = 0;
  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      await ask();
      failed = 0;
    } catch (error) {
      failed += 1;
      if (isAnswer(error) || failed >= mostFailed) refused.abort(error);
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void look(), every);
  timer.unref();
  return {
    signal: refused.signal,
    end: () => {
      clearInterval(timer);
    }
  };
};

/** Breaks off what is sent once who gets it may not have it any more. */
export const guarded = (content: Readable, ask: () => Promise<unknown>): Readable => {
  const guard = createGuard(ask);
  content.once('close', guard.end);
  return addAbortSignal(guard.signal, content);
};

import { ApiProblem, offline, problemOf } from './problem.js';
import type { Resumable } from './resumable.js';

/** What is sent in one request that may be repeated. */
export interface Sent {
  readonly address: string;
  readonly type: string;
  /** Made when its turn comes, once. */
  readonly content: () => Promise<Blob>;
  /** How much of it has been sent, of one. */
  readonly onProgress: (part: number) => void;
  /** Nothing answers: it is tried again by itself. */
  readonly onAway: () => void;
}

const longestPause = 10_000;

/** By the only one of the browser's ways that tells how much has been sent. */
const post = (sent: Sent, content: Blob, key: string, signal: AbortSignal): Promise<Response> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => {
      request.abort();
    };
    request.open('POST', sent.address);
    request.setRequestHeader('accept', 'application/json, application/problem+json');
    request.setRequestHeader('content-type', sent.type);
    request.setRequestHeader('idempotency-key', key);
    request.upload.onprogress = ({ loaded, total }) => {
      sent.onProgress(total === 0 ? 0 : loaded / total);
    };
    request.onload = () => {
      resolve(new Response(request.responseText, { status: request.status }));
    };
    request.onerror = () => {
      reject(offline(new Error('no answer')));
    };
    request.onabort = () => {
      reject(offline(signal.reason));
    };
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort);
    request.send(content);
  });

const waited = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

/**
 * Sends something whole, again and again where no answer comes: by the key of all its requests it counts once. It
 * cannot go on where it was, so that stopping it is giving it up.
 */
export const createSending = (sent: Sent): Resumable => {
  const key = crypto.randomUUID();
  const stop = new AbortController();
  const giveUp = (): Promise<void> => {
    stop.abort();
    return Promise.resolve();
  };
  return {
    async run() {
      const content = await sent.content();
      for (let times = 0; ; times++)
        try {
          stop.signal.throwIfAborted();
          const answer = await post(sent, content, key, stop.signal);
          if (answer.ok) return;
          throw await problemOf(answer);
        } catch (error) {
          if (stop.signal.aborted || !(error instanceof ApiProblem) || !error.retriable) throw error;
          sent.onAway();
          await waited(Math.min(250 * 2 ** times, longestPause), stop.signal);
        }
    },
    pause: giveUp,
    cancel: giveUp
  };
};

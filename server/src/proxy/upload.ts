import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { problem, type ProblemError } from '../platform/problem.js';
import { away } from './refusal.js';

/** What a body has to bring in a time, as long as we wait for it; a slower one only holds what others need. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}
export const usualPace: Pace = { bytes: 16_384, everyMs: 60_000 };

export interface UploadTo {
  /** What takes the body, in words: "The server". */
  readonly name: string;
  /** How long it may take nothing, or answer nothing once it has everything, in ms. */
  readonly patience: number;
  readonly pace: Pace;
  readonly onFault: (error: ProblemError) => void;
}

/** A request's body on its way. */
export interface Upload {
  readonly body: Readable;
  /** Watches no longer; what has not come yet is read and thrown away, so that the connection can be used again. */
  letGo(): void;
}

const tooSlow = ({ bytes, everyMs }: Pace) =>
  problem(
    'request.invalid',
    `The upload is too slow: it has to bring ${bytes} bytes in ${everyMs / 1000} s. Send it again, over a better connection.`
  );

/** Judges an upload by stretches of time in which we wait for nobody but its sender. */
const createPacer = ({ bytes, everyMs }: Pace) => {
  let stretch: { readonly from: number; readonly passed: number } | undefined;
  return (waits: boolean, passed: number): boolean => {
    if (!waits) stretch = undefined;
    else if (!stretch) stretch = { from: performance.now(), passed };
    else if (performance.now() - stretch.from >= everyMs) {
      if (passed - stretch.passed < bytes) return false;
      stretch = { from: performance.now(), passed };
    }
    return true;
  };
};

/** Reads a request's body as fast as it is taken, and says who holds it up: a slow sender, or a taker that is away. */
export const startUpload = (request: IncomingMessage, to: UploadTo): Upload => {
  const keepsPace = createPacer(to.pace);
  let passed = 0;
  let movedAt = performance.now();
  const body = new Readable({ read: () => void request.resume() });
  const take = (chunk: Buffer) => {
    passed += chunk.length;
    movedAt = performance.now();
    if (!body.push(chunk)) request.pause();
  };
  const end = () => void body.push(null);
  const look = () => {
    const waitsForSender = !request.complete && !request.isPaused();
    if (!keepsPace(waitsForSender, passed)) to.onFault(tooSlow(to.pace));
    else if (!waitsForSender && performance.now() - movedAt >= to.patience) to.onFault(away(to.name));
  };
  const watching = setInterval(look, Math.min(to.patience, to.pace.everyMs, 1000));
  request.on('data', take).on('end', end).pause();
  return {
    body,
    letGo() {
      clearInterval(watching);
      request.off('data', take).off('end', end).resume();
    }
  };
};

/*
 * Asks for the same thing again and again over kept connections, as fast as it is answered, and prints how often
 * that was. A process of its own, and frugal: it has to be quicker than what it measures.
 */
import { connect as plain } from 'node:net';
import { connect as secure } from 'node:tls';

export interface Load {
  readonly port: number;
  readonly tls: boolean;
  /** The whole request head, as it goes over the wire. */
  readonly head: string;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly ms: number;
  /** Bytes of the body that has to come; those of the first answer where it is not given. */
  readonly expected?: number;
}

const load = JSON.parse(process.argv[2] ?? '') as Load;
const request = Buffer.from(load.head, 'latin1');
let answered = 0;
let expected = load.expected;

const fail = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(1);
};

/** Bytes of the answer that begins in `seen`, or undefined while its head has not come whole. */
const lengthOf = (seen: string): number | undefined => {
  const end = seen.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(seen.slice(0, end + 2))?.[1]);
  expected ??= length;
  if (!seen.startsWith('HTTP/1.1 200 ') || length !== expected)
    return fail(`not the answer that was expected: ${seen.slice(0, 500)}`);
  return end + 4 + expected;
};

const keepAsking = (): void => {
  const to = { host: '127.0.0.1', port: load.port };
  const socket = load.tls ? secure({ ...to, rejectUnauthorized: false }) : plain(to);
  let seen = '';
  socket.setNoDelay(true).setEncoding('latin1');
  socket.on(load.tls ? 'secureConnect' : 'connect', () => socket.write(request));
  socket.on('data', (chunk: string) => {
    seen += chunk;
    const length = lengthOf(seen);
    if (length === undefined || seen.length < length) return;
    answered++;
    seen = '';
    socket.write(request);
  });
  socket.on('error', (error: Error) => fail(error.message));
  socket.on('close', () => fail('the connection was closed'));
};

for (let i = 0; i < load.connections; i++) keepAsking();

setTimeout(() => {
  const [before, began] = [answered, performance.now()];
  setTimeout(() => {
    const perSecond = ((answered - before) * 1000) / (performance.now() - began);
    process.stdout.write(JSON.stringify({ perSecond }), () => process.exit(0));
  }, load.ms);
}, load.warmUpMs);

/* Sends bytes through a proxy as fast as they are taken; prints the seconds that it took. */
import { request } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import type { Front } from './front.ts';

const { front, bytes } = JSON.parse(process.argv[2] ?? '') as { front: Front; bytes: number };
const chunk = Buffer.alloc(64 * 1024);

const zeros = function* () {
  for (let left = bytes; left > 0; left -= chunk.length)
    yield left < chunk.length ? chunk.subarray(0, left) : chunk;
};

const began = performance.now();
const outgoing = request({
  host: '127.0.0.1',
  port: front.port,
  method: 'POST',
  path: `${front.path}/upload`,
  rejectUnauthorized: false,
  headers: { ...front.headers, 'content-length': bytes }
});
const answered = new Promise<string>((resolve, reject) => {
  outgoing.once('error', reject);
  outgoing.once('response', answer => {
    text(answer).then(resolve, reject);
  });
});
await pipeline(Readable.from(zeros()), outgoing);
if (Number(await answered) !== bytes) throw new Error(`the backend counted ${await answered} bytes`);
process.stdout.write(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));

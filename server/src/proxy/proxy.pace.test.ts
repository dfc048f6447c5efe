import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, world, type World } from './proxy.fixture.js';

let stage: World;
let read: (request: IncomingMessage) => Promise<string>;
beforeAll(async () => {
  stage = await world({
    pace: { bytes: 2000, everyMs: 2000 },
    api: (request, response) => {
      read(request).then(
        body => response.end(String(body.length)),
        () => response.destroy()
      );
    }
  });
});
afterAll(() => stage.close());

/** Uploads piece by piece until everything is sent or the other side has had enough; answers what came back. */
const upload = async (pieces: number, size: number, everyMs: number): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  const closed = once(socket, 'close');
  await once(socket, 'secureConnect');
  const head = ['POST /api/v1/x HTTP/1.1', `Host: ${stage.host.hub}`, 'Connection: close'];
  socket.write([...head, `Content-Length: ${pieces * size}`, '\r\n'].join('\r\n'));
  for (let i = 0; i < pieces && !socket.destroyed && chunks.length === 0; i++) {
    socket.write(Buffer.alloc(size, 'x'));
    await pause(everyMs);
  }
  await closed;
  return Buffer.concat(chunks).toString('latin1');
};

describe('an upload', () => {
  it('that dribbles is told so and ended, long before it is whole', { timeout: 60_000 }, async () => {
    read = bodyOf;
    const answer = await upload(10_000, 1, 20);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('The upload is too slow: it has to bring 2000 bytes in 2 s.');
  });

  it('that keeps the pace takes as long as it needs', { timeout: 60_000 }, async () => {
    read = bodyOf;
    expect(await upload(60, 2000, 100)).toMatch(/^HTTP\/1\.1 200 [^]*120000$/);
  });

  it('is not blamed for a reader that pauses', { timeout: 60_000 }, async () => {
    read = async request => {
      await pause(5000);
      return bodyOf(request);
    };
    expect(await upload(1, 8 * 2 ** 20, 0)).toMatch(/^HTTP\/1\.1 200 [^]*8388608$/);
  });
});

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, world, type World } from './proxy.fixture.js';

const mebibyte = 1024 * 1024;

let stage: World;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  stage = await world({ api: (request, response) => answer(request, response) });
});
afterAll(() => stage.close());

const zeros = (total: number): Readable => {
  const chunk = Buffer.alloc(64 * 1024);
  let left = total / chunk.length;
  return new Readable({
    read() {
      this.push(left-- > 0 ? chunk : null);
    }
  });
};

const counter = () => {
  const counted = { bytes: 0 };
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      counted.bytes += chunk.length;
      done();
    }
  });
  return { counted, sink };
};

describe('what flows', () => {
  it('comes event by event, its head before the first', async () => {
    const held: ServerResponse[] = [];
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      held.push(response);
    };
    const stream = await stage.start('/api/v1/events');
    expect(stream.headers['content-type']).toBe('text/event-stream');
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      held[0]?.write(event);
      expect(String((await once(stream, 'data'))[0])).toBe(event);
    }
    const gone = once(held[0] as ServerResponse, 'close');
    stream.destroy();
    await gone;
  });

  it('goes up and comes down in bounded memory', { timeout: 120_000 }, async () => {
    const total = 192 * mebibyte;
    answer = (request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'Content-Length': total });
        void pipeline(zeros(total), response).catch(() => undefined);
      } else {
        const { counted, sink } = counter();
        void pipeline(request, sink).then(() => response.end(String(counted.bytes)));
      }
    };
    let peak = 0;
    const before = process.memoryUsage().rss;
    const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss - before)), 20);

    const outgoing = secureRequest({
      host: '127.0.0.1',
      port: stage.port,
      path: '/up',
      method: 'PUT',
      rejectUnauthorized: false,
      agent: false,
      headers: { host: stage.host.hub }
    });
    const answered = once(outgoing, 'response');
    await pipeline(zeros(total), outgoing);
    const [up] = (await answered) as [IncomingMessage];
    expect(await bodyOf(up)).toBe(String(total));

    const { counted, sink } = counter();
    await pipeline(await stage.start('/down'), sink);
    expect(counted.bytes).toBe(total);
    clearInterval(sampling);

    expect(peak).toBeLessThan(128 * mebibyte);
  });

  it('waits for a slow reader', async () => {
    let sent = 0;
    answer = (_, response) => {
      const source = zeros(64 * mebibyte);
      source.on('data', (chunk: Buffer) => (sent += chunk.length));
      source.pipe(response);
    };
    const download = await stage.start('/down');
    let last = -1;
    while (last !== sent) {
      last = sent;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    expect(sent).toBeLessThan(32 * mebibyte);
    const { counted, sink } = counter();
    await pipeline(download, sink);
    expect(counted.bytes).toBe(64 * mebibyte);
  });

  it('ends behind us when the client goes away, and for the client when it breaks behind us', async () => {
    let request: IncomingMessage | undefined;
    const came = new Promise<void>(resolve => {
      answer = incoming => {
        request = incoming.on('error', () => undefined).resume();
        resolve();
      };
    });
    const outgoing = secureRequest({
      host: '127.0.0.1',
      port: stage.port,
      path: '/up',
      method: 'POST',
      rejectUnauthorized: false,
      agent: false,
      headers: { host: stage.host.hub }
    });
    outgoing.on('error', () => undefined);
    outgoing.write('begun');
    await came;
    const gone = new Promise(resolve => request?.once('close', resolve));
    outgoing.destroy();
    await gone;

    answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('half', () => response.destroy());
    };
    await expect(bodyOf(await stage.start('/down'))).rejects.toThrow();
  });

  it('may be answered before it has all come', async () => {
    answer = (_, response) => {
      response.writeHead(413);
      response.end('too large');
    };
    const outgoing = secureRequest({
      host: '127.0.0.1',
      port: stage.port,
      path: '/up',
      method: 'PUT',
      rejectUnauthorized: false,
      agent: false,
      headers: { host: stage.host.hub }
    });
    outgoing.on('error', () => undefined);
    const sending = pipeline(zeros(64 * mebibyte), outgoing).catch(() => undefined);
    const [refused] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(refused.statusCode).toBe(413);
    outgoing.destroy();
    await sending;
  });

  it('leaves a connection usable whose upload was answered before it had all come', async () => {
    answer = (request, response) => response.end(request.method === 'PUT' ? 'enough' : 'next');
    const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false });
    const head = (start: string, rest: string) =>
      `${start} HTTP/1.1\r\nHost: ${stage.host.hub}\r\n${rest}\r\n`;
    const all = socket.toArray();
    socket.write(head('PUT /up', `Content-Length: ${mebibyte}\r\n`) + 'begun');
    await once(socket, 'readable');
    socket.write(Buffer.alloc(mebibyte - 'begun'.length));
    socket.write(head('GET /', 'Connection: close\r\n'));
    expect(Buffer.concat((await all) as Buffer[]).toString()).toMatch(/^HTTP\/1\.1 200 [^]*enough[^]*next$/);
  });

  it('may be a part of a file', async () => {
    answer = (request, response) => {
      response.writeHead(206, { 'Content-Range': 'bytes 2-4/10', 'Content-Length': 3 });
      response.end(request.headers.range === 'bytes=2-4' ? '234' : '???');
    };
    const part = await stage.ask('/file', { headers: { range: 'bytes=2-4' } });
    expect(part).toMatchObject({ status: 206, body: '234', headers: { 'content-range': 'bytes 2-4/10' } });
  });

  it('is answered to a client that speaks HTTP/1.0, and to several requests on one connection', async () => {
    answer = (request, response) => response.end(request.url);
    const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false });
    const one = (path: string, version: string) =>
      `GET ${path} HTTP/${version}\r\nHost: ${stage.host.hub}\r\n\r\n`;
    socket.write(one('/first', '1.1') + one('/second', '1.1') + one('/third', '1.0'));
    const chunks = (await socket.toArray()) as Buffer[];
    const text = Buffer.concat(chunks).toString();
    expect([...text.matchAll(/\/(first|second|third)/g)].map(match => match[1])).toEqual([
      'first',
      'second',
      'third'
    ]);
  });
});

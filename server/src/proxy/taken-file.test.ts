import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { canTakeFiles, handedFile, heldFile, identityOf, type HandedFile } from '../platform/handed-file.js';
import { bodyOf, world, type World } from './proxy.fixture.js';

const patience = { timeout: 60_000, interval: 20 };
const text = '0123456789'.repeat(300_000);

let stage: World;
let answer: RequestListener;
let path: string;
let fd: number;
beforeAll(async () => {
  const listener: RequestListener = (request, response) => {
    answer(request, response);
  };
  stage = await world({ api: listener, notebook: listener });
  path = join(stage.folder, 'file');
});
afterAll(() => stage.close());

beforeEach(() => {
  writeFileSync(path, text);
  fd = openSync(path, 'r');
  return () => {
    closeSync(fd);
  };
});

const handed = async (more: Partial<HandedFile> = {}): Promise<string> => {
  const file = await open(path);
  const identity = identityOf(await file.stat({ bigint: true }));
  await file.close();
  const whole = { path: `/proc/${process.pid}/fd/${fd}`, identity, start: 0, end: text.length - 1 };
  return JSON.stringify({ ...whole, ...more });
};

/** Answers as the API server does: with a head, which stays open. */
const handOver = async (more: Partial<HandedFile> = {}, status = 200): Promise<ServerResponse[]> => {
  const held: ServerResponse[] = [];
  const file = await handed(more);
  answer = (_, response) => {
    held.push(response);
    response.writeHead(status, { [handedFile]: file, ETag: '"x"' });
    response.flushHeaders();
  };
  return held;
};

const isClosed = (response: ServerResponse | undefined) =>
  vi.waitFor(() => {
    expect(response?.closed).toBe(true);
  }, patience);

/** Descriptors of this process that are the file’s; one is the API server’s. */
const openOnes = (): number =>
  readdirSync('/proc/self/fd').filter(name => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(path);
    } catch {
      return false;
    }
  }).length;
const onlyHeld = () =>
  vi.waitFor(() => {
    expect(openOnes()).toBe(1);
  }, patience);

describe('a file that the server hands over', () => {
  it('is sent whole, under the head that the server gave it, and is let go of then', async () => {
    const held = await handOver();
    const { status, headers, body } = await stage.ask('/file');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ etag: '"x"', 'content-length': String(text.length) });
    expect(headers).not.toHaveProperty(handedFile);
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(body).toBe(text);
    await isClosed(held[0]);
    await onlyHeld();
  });

  it('is sent in part, and though its name leads to another file by now', async () => {
    await handOver({ start: 1_000_007, end: 2_000_003 }, 206);
    writeFileSync(`${path}.new`, 'another');
    await rename(`${path}.new`, path);
    const part = await stage.ask('/file');
    expect(part).toMatchObject({ status: 206, headers: { 'content-length': '999997' } });
    expect(part.body).toBe(text.slice(1_000_007, 2_000_004));
  });

  it('leaves the connection to be used again', async () => {
    await handOver();
    const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false });
    const get = (more: string) => `GET / HTTP/1.1\r\nHost: ${stage.host.hub}\r\n${more}\r\n`;
    socket.write(get('') + get('Connection: close\r\n'));
    const all = Buffer.concat((await socket.toArray()) as Buffer[]).toString();
    expect(all.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(all.endsWith(text)).toBe(true);
  });

  it('is not sent once another file has its place', async () => {
    const held = await handOver({ identity: '1:1' });
    await expect(stage.ask('/file')).rejects.toThrow(/hang up|ECONNRESET/);
    await isClosed(held[0]);
    await onlyHeld();
  });

  it('breaks the connection where it was cut', async () => {
    const held = await handOver();
    truncateSync(path, 1_000_000);
    await expect(bodyOf(await stage.start('/file'))).rejects.toThrow();
    await isClosed(held[0]);
    await onlyHeld();
  });

  it.each([
    ['breaks', (held?: ServerResponse) => held?.destroy()],
    ['ends', (held?: ServerResponse) => held?.end()]
  ])('ends when the server %s its answer, though nobody reads on', async (_how, end) => {
    truncateSync(path, 2 ** 30);
    const held = await handOver({ end: 2 ** 30 - 1 });
    const download = await stage.start('/file');
    expect(openOnes()).toBe(2);
    end(held[0]);
    await onlyHeld();
    await expect(bodyOf(download)).rejects.toThrow();
  });

  it('ends when its reader goes away', async () => {
    truncateSync(path, 2 ** 30);
    const held = await handOver({ end: 2 ** 30 - 1 });
    const download = await stage.start('/file');
    download.once('error', () => undefined).destroy();
    await isClosed(held[0]);
    await onlyHeld();
  });
});

describe('an upload that the server lets the proxy write', () => {
  const content = text.slice(0, 2_000_000);
  const put = (body: string) => stage.ask(large, { method: 'PUT', body: Buffer.from(body) });
  const large = '/api/v1/projects/demo/datasets/genes/files/large';
  const told: string[] = [];
  /** Answers as the API server does: provisionally with a file, and at the end with what it was told. */
  const take = (file: string) => {
    told.length = 0;
    answer = (request, response) => {
      told.push(`${String(request.headers[canTakeFiles])} ${String(request.headers['content-length'])}`);
      response.writeInformation(102, { [handedFile]: file });
      textOf(request).then(
        said => response.end(said.trim()),
        () => told.push('broken off')
      );
    };
  };

  it('is written there whole, and none of it passes the server', async () => {
    truncateSync(path, 0);
    take(await handed());
    expect(await put(content)).toMatchObject({ status: 200, body: '' });
    expect(told).toEqual(['2000000 undefined']);
    expect(readFileSync(path, 'utf8')).toBe(content);
    await onlyHeld();
  });

  it('is written to no other file, nor where there is no room, and the server is told why', async () => {
    take(await handed({ identity: '1:1' }));
    expect((await put(content)).body).toBe('EIO');
    expect(readFileSync(path, 'utf8')).toBe(text);
    await onlyHeld();
    const full = await open('/dev/full', 'r+');
    take(JSON.stringify(await heldFile(full)));
    expect((await put(content)).body).toBe('ENOSPC');
    await full.close();
  });

  it('ends when its sender goes away, and for the server', async () => {
    take(await handed());
    const headers = { host: stage.host.hub, 'content-length': 2 ** 30 };
    const how = { host: '127.0.0.1', port: stage.port, rejectUnauthorized: false, agent: false };
    const sent = secureRequest({ ...how, path: large, method: 'PUT', headers });
    sent.on('error', () => undefined).write(content);
    await vi.waitFor(() => {
      expect(openOnes()).toBe(2);
    }, patience);
    sent.destroy();
    await onlyHeld();
    await vi.waitFor(() => {
      expect(told).toContain('broken off');
    }, patience);
  });

  it('is not asked for where the server refuses it, and comes as it is where it is small', async () => {
    answer = (_, response) => response.writeHead(403).end('no');
    expect(await put(content)).toMatchObject({ status: 403, body: 'no' });
    answer = (request, response) =>
      void textOf(request).then(said => response.end(`${String(request.headers['content-length'])} ${said}`));
    expect((await put('small')).body).toBe('5 small');
  });
});

describe('who may hand over a file', () => {
  it('is no notebook server, which gets to know nothing of it either', async () => {
    const file = await handed();
    let asked: IncomingMessage | undefined;
    answer = (request, response) => {
      asked = request;
      response.writeHead(200, { [handedFile]: file });
      response.end('mine');
    };
    const cookie = await stage.passFor();
    const headers = { cookie, [canTakeFiles]: '1' };
    const { headers: got, body } = await stage.ask('/lab', { host: stage.host.notebook, headers });
    expect([body, got[handedFile], asked?.headers[canTakeFiles]]).toEqual(['mine', undefined, undefined]);
  });

  it('hears from the proxy alone that one is taken', async () => {
    let asked: IncomingMessage | undefined;
    answer = (request, response) => {
      asked = request;
      response.end();
    };
    await stage.ask('/file', { headers: { [canTakeFiles]: 'me' } });
    expect(asked?.headers[canTakeFiles]).toBe('1');
  });
});

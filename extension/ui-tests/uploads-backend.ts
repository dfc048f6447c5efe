import { problems, uploads, type ProblemCode } from '@hopslab/schema';
import { createHash } from 'node:crypto';
import { unpackTar } from 'modern-tar';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Backend } from './backend.js';

const batchAddress = /^\/api\/v1\/projects\/\w+\/datasets\/([^/]+)\/batch$/;
const address = /^\/api\/v1\/projects\/\w+\/datasets\/([^/]+)\/uploads(?:\/(\w+))?$/;

/** Uploads that are held in memory, as tus and the contract tell them; a placed one is among the backend's files. */
export interface HeldUploads {
  readonly arrived: () => number;
  /** How many bytes are taken before each connection breaks off; none: it does not. */
  breakAfter: number | null;
  /** Nobody answers. */
  away: boolean;
  /** Answers nothing until it is let go. */
  hold: Promise<void> | null;
  /** How many batches are placed without anybody hearing of it. */
  lost: number;
  /** The batches that have come, by how many files they have; repeated ones too. */
  readonly batches: number[];
  readonly given: () => number;
}

interface HeldUpload {
  readonly path: string;
  readonly length: number;
  bytes: Buffer;
}

const metadataOf = (header: string): string =>
  Buffer.from(/(?:^|,)path ([^,]+)/.exec(header)?.[1] ?? '', 'base64').toString();

export const holdUploads = (backend: Backend): HeldUploads => {
  const { server, datasets } = backend;
  const all = new Map<string, HeldUpload>();
  let given = 0;

  const say = (response: ServerResponse, status: number, upload?: HeldUpload, more = {}): void => {
    response.writeHead(status, {
      'tus-resumable': uploads.tusVersion,
      ...(upload && { 'upload-offset': upload.bytes.length, 'upload-length': upload.length }),
      ...more
    });
    response.end();
  };

  const refuse = (response: ServerResponse, code: ProblemCode, detail = `${problems[code].title}.`): void => {
    const { status, title } = problems[code];
    const problem = { type: `urn:hopslab:problem:${code}`, title, status, code, detail };
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ ...problem, requestId: 'r-1', retriable: false }));
  };

  const take = async (request: IncomingMessage, upload: HeldUpload): Promise<boolean> => {
    const hash = createHash('sha256');
    const from = upload.bytes.length;
    for await (const bytes of request as AsyncIterable<Buffer>) {
      hash.update(bytes);
      upload.bytes = Buffer.concat([upload.bytes, bytes]);
      if (held.breakAfter !== null && upload.bytes.length - from >= held.breakAfter) {
        request.destroy();
        return true;
      }
      await held.hold;
    }
    return request.headers['upload-checksum'] === `sha256 ${hash.digest('base64')}`;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const [, dataset = '', id] = address.exec(url.pathname) ?? [];
    if (id === undefined) {
      const path = `${decodeURIComponent(dataset)}/${metadataOf(String(request.headers['upload-metadata']))}`;
      const name = `u${String(all.size)}`;
      all.set(name, { path, length: Number(request.headers['upload-length']), bytes: Buffer.alloc(0) });
      say(response, 201, all.get(name), { location: `${url.pathname}/${name}` });
      return;
    }
    const upload = all.get(id);
    if (!upload) refuse(response, 'upload.unknown');
    else if (request.method === 'HEAD') say(response, 200, upload);
    else if (request.method === 'DELETE') {
      all.delete(id);
      given += 1;
      say(response, 204);
    } else if (Number(request.headers['upload-offset']) !== upload.bytes.length)
      refuse(response, 'upload.offset');
    else {
      const right = await take(request, upload);
      if (upload.bytes.length === upload.length) datasets.put(upload.path, upload.bytes);
      if (right) say(response, 204, upload);
      else refuse(response, 'upload.checksum');
    }
  };

  const answered = new Map<string, string>();
  const takeBatch = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const [, dataset = ''] = batchAddress.exec(url.pathname) ?? [];
    const folder = [decodeURIComponent(dataset), url.searchParams.get('path') ?? '']
      .filter(Boolean)
      .join('/');
    const content = await buffer(request);
    await held.hold;
    const files = (await unpackTar(new Uint8Array(content))).map(({ header, data }) => ({
      path: `${folder}/${header.name}`,
      bytes: Buffer.from(data ?? [])
    }));
    held.batches.push(files.length);
    const key = String(request.headers['idempotency-key']);
    const taken = files.find(({ path }) => datasets.files.has(path));
    if (taken && !answered.has(key)) {
      refuse(response, 'file.exists', `There is something called ${JSON.stringify(taken.path)} already.`);
      return;
    }
    for (const { path, bytes } of answered.has(key) ? [] : files) datasets.put(path, bytes);
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
    answered.set(key, JSON.stringify({ files: files.length, folders: 0, bytes }));
    if (held.lost > 0) {
      held.lost -= 1;
      request.socket.destroy();
      return;
    }
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(answered.get(key));
  };

  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const isBatch = batchAddress.test(url.pathname);
    if (!isBatch && !address.test(url.pathname)) for (const other of others) other(request, response);
    else if (held.away) request.destroy();
    // What breaks off is tried again.
    else (isBatch ? takeBatch : answer)(request, response, url).catch(() => request.destroy());
  });

  const held: HeldUploads = {
    arrived: () => Math.max(0, ...[...all.values()].map(({ bytes }) => bytes.length)),
    breakAfter: null,
    away: false,
    hold: null,
    lost: 0,
    batches: [],
    given: () => given
  };
  return held;
};

import { problems, uploads, type ProblemCode } from '@hopslab/schema';
import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Backend } from './backend.js';

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

  const refuse = (response: ServerResponse, code: ProblemCode): void => {
    const { status, title } = problems[code];
    const problem = { type: `urn:hopslab:problem:${code}`, title, status, code, detail: `${title}.` };
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

  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (!address.test(url.pathname)) for (const other of others) other(request, response);
    else if (held.away) request.destroy();
    // What breaks off is tried again.
    else answer(request, response, url).catch(() => request.destroy());
  });

  const held: HeldUploads = {
    arrived: () => Math.max(0, ...[...all.values()].map(({ bytes }) => bytes.length)),
    breakAfter: null,
    away: false,
    hold: null,
    given: () => given
  };
  return held;
};

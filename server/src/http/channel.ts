import type { IncomingMessage } from 'node:http';
import { canTakeFiles } from '../platform/handed-file.js';

/** Whose sandbox a socket belongs to. */
export interface SandboxIdentity {
  readonly project: string;
  readonly user: string;
  readonly sandbox: string;
}

const marked = new WeakMap<IncomingMessage, SandboxIdentity>();

/** Marks a request as having come over a sandbox's own socket: the socket is the identity. */
export const asSandbox = (request: IncomingMessage, identity: SandboxIdentity): void => {
  marked.set(request, identity);
};

export const sandboxOf = (request: IncomingMessage): SandboxIdentity | undefined => marked.get(request);

/**
 * Whether a file may be handed over to whoever asks, who is then the proxy: it takes the header out of what others send
 * it, and what a sandbox's own socket brings is not listened to.
 */
export const isForTaking = (request: IncomingMessage): boolean =>
  request.method === 'GET' && request.headers[canTakeFiles] !== undefined && sandboxOf(request) === undefined;

/** How many bytes of an upload the proxy waits to write by itself; undefined where they come with the request. */
export const announcedForTaking = (request: IncomingMessage): number | undefined => {
  const bytes = request.headers[canTakeFiles];
  const isWaiting = request.method === 'PUT' && bytes !== undefined && sandboxOf(request) === undefined;
  return isWaiting ? Number(bytes) : undefined;
};

import type { IncomingMessage } from 'node:http';

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

import type { IncomingMessage } from 'node:http';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A browser going to a page in a tab of its own, not a part of another page. */
export const isNavigation = (request: IncomingMessage): boolean => {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination, accept } = request.headers;
  if (request.method !== 'GET' || request.headers.upgrade !== undefined) return false;
  if (mode === undefined) return accept?.includes('text/html') ?? false;
  return mode === 'navigate' && (destination === undefined || destination === 'document');
};

/**
 * Whether a request on a notebook origin comes from a page of that origin, from the person's own hand, or from a
 * program. Every other origin, a neighbour's notebook and the hub included, may only navigate to it. What changes
 * something, and every WebSocket, has to prove it; a browser too old to say where a request comes from may read only.
 */
export const isFromOwnOrigin = (request: IncomingMessage, own: string, program: boolean): boolean => {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && origin !== own) return false;
  if (origin === undefined && site === undefined)
    return program || (safe.has(request.method ?? '') && request.headers.upgrade === undefined);
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return isNavigation(request);
};

/**
 * Whether a page elsewhere loads a part of ours: the hub's cookie goes along when that page is a notebook's, which is
 * the same site in a browser's eyes. Programs and old browsers do not say; the hub's own checks are for them.
 */
export const isForeignPart = (request: IncomingMessage): boolean => {
  const site = request.headers['sec-fetch-site'];
  return (site === 'same-site' || site === 'cross-site') && !isNavigation(request);
};

/**
 * A service worker would outlive the sandbox that served it, and sit between the person and our API on that origin.
 * JupyterLab needs none.
 */
export const isServiceWorker = (request: IncomingMessage): boolean =>
  request.headers['service-worker'] !== undefined || request.headers['sec-fetch-dest'] === 'serviceworker';

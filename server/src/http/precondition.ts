import type { AnyEndpoint } from '@hopslab/schema';
import { problem } from '../platform/problem.js';
import { tagOf, type Precondition } from '../platform/version.js';

/** The ETag of a versioned resource. */
export const tagFor = ({ version }: AnyEndpoint, resource: unknown): string | undefined =>
  version && tagOf((version as (resource: unknown) => unknown)(resource));

/** What `If-Match` asks of the resource as it is when it is about to be changed (RFC 9110, 13.1.1). */
export const preconditionOf = (endpoint: AnyEndpoint, header: string): Precondition => {
  if (!endpoint.version || header === '') return () => undefined;
  const wanted = header.split(',').map(tag => tag.trim());
  return current => {
    const tag = current === undefined ? undefined : tagFor(endpoint, current);
    if (tag !== undefined && (wanted.includes('*') || wanted.includes(tag))) return;
    throw problem(
      'request.stale',
      'It was changed after you read it, so nothing was done. Read it again, and decide again.'
    );
  };
};

import type { AnyEndpoint } from '@hopslab/schema';

type Values = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(value);

/** The address of an endpoint: parameters encoded into its path, query appended; a list once for each, undefined never. */
export const addressOf = (endpoint: AnyEndpoint, params: Values = {}, query: Values = {}): string => {
  const path = endpoint.path.replace(/\{(\w+)(\+?)\}/g, (_whole, name: string, rest: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`${endpoint.id}: no value for {${name}}`);
    const encoded = encodeURIComponent(text(value));
    return rest ? encoded.replaceAll('%2F', '/') : encoded;
  });
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(one => [name, text(one)])
    )
  ).toString();
  return `${endpoint.base ?? '/api/v1'}${path}${search && `?${search}`}`;
};

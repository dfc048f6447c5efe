import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endpoints, openapi, problems, problemsOf } from './index.js';

const all = Object.values(endpoints).flat();

describe('the contract', () => {
  it('is what openapi.json says', () => {
    const committed: unknown = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));
    expect(openapi(), 'run: npm run openapi -w schema').toEqual(committed);
  });

  it('has one operation per method and path, and one endpoint per id', () => {
    const addresses = all.map(({ method, base, path }) => `${method} ${base ?? '/api/v1'}${path}`);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it.each(all.map(endpoint => [endpoint.id, endpoint] as const))(
    '%s names its parameters',
    (_id, endpoint) => {
      const inPath = [...endpoint.path.matchAll(/\{(\w+)\+?\}/g)].map(match => match[1]);
      const shape = (endpoint.params as { shape?: object } | undefined)?.shape ?? {};
      expect(Object.keys(shape).sort()).toEqual(inPath.sort());
    }
  );

  it('has words for every dangerous act, so that it can wait for a click', () => {
    const silent = all.filter(
      ({ access, method, act }) =>
        access.kind === 'project' &&
        method !== 'GET' &&
        access.channels.includes('hub') &&
        !access.channels.includes('notebook') &&
        !act
    );
    // Starting and entering a notebook server needs the hub anyway.
    expect(silent.map(({ id }) => id)).toEqual(['startNotebookServer', 'enterNotebookServer']);
  });

  it.each(all.map(endpoint => [endpoint.id, endpoint] as const))(
    '%s has an access that fits it',
    (_id, endpoint) => {
      if (endpoint.access.kind === 'project') expect(endpoint.path).toContain('{p}');
      if (endpoint.path.startsWith('/projects/{p}')) expect(endpoint.access.kind).toBe('project');
      expect(problemsOf(endpoint).every(code => code in problems)).toBe(true);
    }
  );
});

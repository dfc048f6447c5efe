/** Which of the two answers a path on a notebook origin: our API server, or the sandbox. */
export type Answerer = 'api' | 'sandbox';

const answererOf = (path: string): Answerer =>
  path === '/api/openapi.json' || /^\/(api\/v1|_hopslab)(\/|$)/.test(path) ? 'api' : 'sandbox';

/** The path as a careless reader may understand it: escapes undone, slashes collapsed, dots resolved. */
export const carelessly = (path: string): string => {
  let read = path;
  for (let i = 0; i < 3; i++)
    read = read.replace(/%(25|2e|2f|5c|[3-7][0-9a-f])/gi, escape =>
      String.fromCharCode(parseInt(escape.slice(1), 16))
    );
  const kept: string[] = [];
  for (const part of read.replaceAll('\\', '/').split('/')) {
    const segment = part.split(';')[0] ?? '';
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`.toLowerCase();
};

/** Read in the same way by everybody: neither escapes nor dots, doubled slashes, parameters or capitals. */
const unmistakable = /^(\/[a-z0-9_-][a-z0-9_.-]*)*\/?$/;

const plain = /^\/[\x21-\x7e]*$/;

/** The path of a request target in origin form, or undefined: absolute forms, `*` and raw bytes are refused. */
export const pathOf = (target: string): string | undefined => {
  if (!plain.test(target) || target.includes('#')) return undefined;
  const path = target.split('?', 1)[0] ?? '';
  return path.includes('\\') ? undefined : path;
};

/**
 * Who answers a path on a notebook origin; undefined where a second reading of the same path would say the other,
 * so that no escape or dot carries a request across the line between the API and a sandbox.
 */
export const answererOfPath = (path: string): Answerer | undefined => {
  const answerer = answererOf(path);
  return unmistakable.test(path) || answerer === answererOf(carelessly(path)) ? answerer : undefined;
};

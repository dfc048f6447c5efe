import { problem } from '../../platform/problem.js';

const maxNameBytes = 255;
const maxDepth = 100;

const refusalOf = (name: string): string | undefined => {
  if (name === '')
    return 'it has an empty part; write it without a slash at its ends and with single ones between';
  if (name === '.' || name === '..') return `a part of it is “${name}”; write it without`;
  if (name.includes('\0')) return 'it holds a NUL character';
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  if (Buffer.byteLength(name) > maxNameBytes) return `a part of it is longer than ${maxNameBytes} bytes`;
  return undefined;
};

const notAllowed = (path: string, why: string) =>
  problem('file.path', `The path ${JSON.stringify(path.slice(0, 200))} is not allowed: ${why}.`);

/** The names a path is made of, the last one the file's own. */
export const namesIn = (path: string): [string, ...string[]] => {
  const [first = '', ...rest] = path.split('/');
  const names: [string, ...string[]] = [first, ...rest];
  const why = names.map(refusalOf).find(refusal => refusal !== undefined);
  if (why !== undefined) throw notAllowed(path, why);
  if (names.length > maxDepth) throw notAllowed(path, `it is deeper than ${maxDepth} folders`);
  return names;
};

/** Like `namesIn`; programs may have made files with control characters in their names, nobody makes new ones here. */
export const namesOfNew = (path: string): [string, ...string[]] => {
  const names = namesIn(path);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) throw notAllowed(path, 'it holds control characters');
  return names;
};

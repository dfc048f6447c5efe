import { datasets } from '@hopslab/schema';
import { canCarry } from '../domains/datasets/datasets.policy.js';
import { problem } from '../platform/problem.js';
import { demand, refused } from '../platform/verdict.js';
import { carelessly } from './target.js';

const mebibyte = 2 ** 20;

/**
 * Bytes that one answer may have, by what may be in it: something of the project's data, or anything else. JupyterLab's
 * largest script has 3 MiB.
 */
export const mostBytes = { data: 4 * mebibyte, other: 16 * mebibyte };

/**
 * How a data scientist's request goes on: to the platform, at another address, or to the notebook server, perhaps asked
 * for something less, with a limit on its answer.
 */
export type HandingOut =
  { readonly elsewhere: string } | { readonly target: string; readonly mostBytes: number };

/** Where the notebook server gives files away. */
const areas = ['/files', '/nbconvert', '/api/contents'] as const;

const isIn = (path: string, area: string): boolean => path === area || path.startsWith(`${area}/`);

/** Where a path leads, in anybody's reading of it. */
const areaOf = (path: string) => {
  const readings = [path.toLowerCase(), carelessly(path)];
  return areas.find(area => readings.some(reading => isIn(reading, area)));
};

/** Whether files are given away there. */
export const givesFiles = (path: string): boolean => areaOf(path) !== undefined;

const isName = (name: string): boolean =>
  !['', '.', '..'].includes(name) && !name.includes('/') && !name.includes('\0');

/** The names in a path, which has to be written in the one way that everybody reads alike. */
const namesIn = (path: string, area: string): string[] => {
  const rest = path.slice(area.length + 1).replace(/\/$/, '');
  try {
    const names = rest === '' ? [] : rest.split('/').map(decodeURIComponent);
    if ((path === area || path.startsWith(`${area}/`)) && names.every(isName)) return names;
  } catch {
    // What is no UTF-8 names nothing here.
  }
  throw problem('request.invalid', 'The path can be read in two ways.');
};

const scientist = { role: 'data_scientist' } as const;

/** What viewers show by base64; other data comes as text. */
const pictures = /\.(png|jpe?g|gif|webp|bmp|ico)$/i;

interface Asked {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly project: string;
}

/** Files are the platform's to give: it follows no link that a user made, and journals who took or was refused what. */
const download = ({ target, path, project }: Asked): HandingOut => {
  const names = namesIn(path, '/files');
  if (pictures.test(names.at(-1) ?? '')) return { target, mostBytes: mostBytes.data };
  const [dataset = '', ...inside] = names.map(encodeURIComponent);
  if (inside.length === 0) demand(canCarry(scientist, 'out', dataset, ''));
  return { elsewhere: `/api/v1/projects/${project}/datasets/${dataset}/files/${inside.join('/')}` };
};

/** A folder, a notebook, or a file as an editor or a viewer shows it: text, or a picture. */
const contents = ({ method, target, path }: Asked): HandingOut => {
  const names = namesIn(path, '/api/contents');
  const [dataset = '', ...inside] = names;
  if (!['GET', 'HEAD'].includes(method) || pictures.test(inside.at(-1) ?? ''))
    return { target, mostBytes: mostBytes.data };
  const query = new URLSearchParams(target.slice(path.length + 1));
  if (query.getAll('format').includes('base64'))
    demand(
      refused('data.export', 'your role is data scientist, to whom files are shown as text or as pictures.')
    );
  // Who does not ask for text would get what is none in base64.
  query.set('format', 'text');
  const program = datasets.isProgram(dataset, inside.join('/'));
  return {
    target: `${path}?${query.toString()}`,
    mostBytes: program ? mostBytes.other : mostBytes.data
  };
};

/**
 * What a data scientist is handed out by a notebook server. What runs there is in its user's hands, so it is not asked
 * what is a program and what is data: the path says it, and the platform or the answer's size is what holds.
 */
export const handedOut = (asked: Asked): HandingOut => {
  const area = areaOf(asked.path);
  if (area === '/files') return download(asked);
  if (area === '/api/contents') return contents(asked);
  if (area === '/nbconvert')
    demand(
      refused(
        'data.export',
        'your role is data scientist, and a converted notebook may hold more than the notebook. Download the notebook itself and convert it where you like.'
      )
    );
  return { target: asked.target, mostBytes: mostBytes.other };
};

/** What is answered in the place of something larger. */
export const tooMuch = (most: number) =>
  problem(
    'access.denied',
    `You lack the right data.export: the answer has more than the ${most / mebibyte} MiB that a data scientist is shown at once. A data owner of the project can do it, or make you one.`
  );

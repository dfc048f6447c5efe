import { activity, datasets, roleCan, type auth } from '@hopslab/schema';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import type { Answers, Held } from './held-files.js';
import { startOperations, type HeldOperations } from './operations-backend.js';
import { startTrash, type HeldTrash } from './trash-backend.js';
import { answerPreview, type HeldTable } from './previews-backend.js';

/** Datasets and files that are held in memory, as the contract tells them. */
export interface HeldDatasets {
  list: datasets.Dataset[];
  /** What files look like as tables, by `Raw/2026/a.csv`; a file that is no table is broken. */
  readonly tables: Map<string, HeldTable>;
  /** By `Raw/2026/a.csv`. */
  readonly files: ReadonlyMap<string, Held>;
  /** Puts a file there, with the folders above it. */
  put: (path: string, text: string | Buffer) => Held;
  putFolder: (path: string) => void;
  text: (path: string) => string | undefined;
  /** Who changed what, the newest first. */
  done: activity.Activity[];
  readonly trash: HeldTrash;
  readonly operations: HeldOperations;
  answers: (url: URL) => boolean;
  answer: (request: IncomingMessage, response: ServerResponse, url: URL, me: auth.Me) => Promise<void>;
}

const address =
  /^\/api\/v1\/projects\/\w+\/datasets(?:\/([^/]+)(?:\/(entries|entry|files|folders|preview|preview-statistics|readme|activity)(?:\/(.*))?)?)?$/;
const since = '2026-11-01T08:00:00.000Z';

export const datasetOf = (name: string, change: Partial<datasets.Dataset> = {}): datasets.Dataset => ({
  name,
  description: '',
  builtIn: false,
  public: false,
  editable: false,
  createdAt: since,
  bytes: 3_500_000,
  files: 12,
  countedAt: since,
  ...change
});

const tagOf = (bytes: Buffer): string => `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;

export const startDatasets = ({ say, refusal, page }: Answers): HeldDatasets => {
  const files = new Map<string, Held>();
  const trash = startTrash({ files, say, refusal, page });
  const operations = startOperations({ files, say, refusal });
  let clock = Date.parse(since);

  const now = (): string => new Date((clock += 60_000)).toISOString();
  const parents = (path: string): string[] =>
    path
      .split('/')
      .slice(0, -1)
      .map((_, index, names) => names.slice(0, index + 1).join('/'))
      .slice(1);
  const putFolder = (path: string): void => {
    for (const folder of [...parents(path), path])
      if (!files.has(folder)) files.set(folder, { bytes: null, modifiedAt: now() });
  };
  const put = (path: string, text: string | Buffer): Held => {
    for (const folder of parents(path)) putFolder(folder);
    const held = { bytes: Buffer.from(text), modifiedAt: now() };
    files.set(path, held);
    return held;
  };

  const entryOf = (path: string, { bytes, modifiedAt }: Held): datasets.Entry => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    kind: bytes ? 'file' : 'folder',
    size: bytes?.length ?? 0,
    modifiedAt
  });
  const under = (path: string): string[] => [...files.keys()].filter(key => key.startsWith(`${path}/`));

  const list = (response: ServerResponse, folder: string, query: URLSearchParams): void => {
    const part = (query.get('q') ?? '').toLowerCase();
    const items = under(folder)
      .filter(path => !path.slice(folder.length + 1).includes('/'))
      .flatMap(path => {
        const held = files.get(path);
        return held ? [entryOf(path, held)] : [];
      })
      .filter(({ name }) => name.toLowerCase().includes(part))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    say(response, datasets.listEntries.reply.schema, page(items, query));
  };

  const read = (request: IncomingMessage, response: ServerResponse, { bytes }: Held): void => {
    if (!bytes) {
      refusal(response, 'file.not-a-file');
      return;
    }
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
    response.writeHead(range ? 206 : 200, { etag: tagOf(bytes), 'content-disposition': 'attachment' });
    response.end(range ? bytes.subarray(Number(range[1]), Number(range[2]) + 1) : bytes);
  };

  const write = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const sent = await buffer(request);
    const before = files.get(path)?.bytes;
    const { 'if-match': known, 'if-none-match': none } = request.headers;
    if ((none === '*' && before) || (known !== undefined && (!before || tagOf(before) !== known))) {
      refusal(response, 'request.stale');
      return;
    }
    const written = put(path, sent);
    response.setHeader('etag', tagOf(sent));
    say(response, datasets.writeFile.reply.schema, entryOf(path, written), 201);
  };

  const move = async (request: IncomingMessage, response: ServerResponse, name: string, from: string) => {
    const { to } = datasets.moveFile.body?.parse(await json(request)) ?? { to: { path: '' } };
    const target = `${to.dataset ?? name}/${to.path}`;
    const held = files.get(from);
    if (!held) refusal(response, 'file.unknown');
    else if (files.has(target)) refusal(response, 'file.exists');
    else {
      for (const path of [from, ...under(from)]) {
        const moved = files.get(path);
        files.delete(path);
        if (moved) files.set(target + path.slice(from.length), moved);
      }
      say(response, datasets.moveFile.reply.schema, entryOf(target, held));
    }
  };

  /** What a data scientist is refused, in the server's words. */
  const refusedTo = ({ project }: auth.Me, method: string, dataset: string, path: string): string | null => {
    const role = project?.role ?? 'data_scientist';
    const right = method === 'GET' ? 'data.export' : 'data.import';
    return roleCan(role, right) || datasets.isProgram(dataset, path)
      ? null
      : `${path} is data, and the right ${right} is missing: a data owner has it.`;
  };

  const answerFile = async (
    request: IncomingMessage,
    response: ServerResponse,
    dataset: string,
    path: string
  ): Promise<void> => {
    const whole = `${dataset}/${path}`;
    const held = files.get(whole);
    if (request.method === 'PUT') await write(request, response, whole);
    else if (request.method === 'PATCH') await move(request, response, dataset, whole);
    else if (!held) refusal(response, 'file.unknown');
    else if (request.method === 'GET') read(request, response, held);
    else {
      trash.take(dataset, path, datasets.isProgram(dataset, path));
      response.writeHead(204).end();
    }
  };

  const describe = async (
    request: IncomingMessage,
    response: ServerResponse,
    dataset: datasets.Dataset
  ): Promise<void> => {
    const body = request.method === 'PATCH' ? datasets.updateDataset.body?.parse(await json(request)) : {};
    const changed = { ...dataset, description: body?.description ?? dataset.description };
    held.list = held.list.map(one => (one === dataset ? changed : one));
    response.setHeader('etag', tagOf(Buffer.from(changed.description)));
    say(response, datasets.getDataset.reply.schema, changed);
  };

  const answer: HeldDatasets['answer'] = async (request, response, url, me) => {
    if (trash.answers(url)) {
      trash.answer(request, response, url);
      return;
    }
    if (operations.answers(url)) return operations.answer(request, response, url);
    const [, name, part, rest = ''] = address.exec(url.pathname) ?? [];
    const path = decodeURIComponent(rest);
    const dataset = held.list.find(one => one.name === name);
    const asked = url.searchParams.get('path') ?? '';
    const folder = asked === '' ? `${name}` : `${name}/${asked}`;
    if (name === undefined && request.method === 'POST') {
      const made = datasetOf('new', datasets.createDataset.body?.parse(await json(request)));
      held.list.push(made);
      say(response, datasets.createDataset.reply.schema, made, 201);
    } else if (name === undefined)
      say(response, datasets.listDatasets.reply.schema, page(held.list, url.searchParams));
    else if (!dataset) refusal(response, 'dataset.unknown');
    else if (asked !== '' && !files.has(folder)) refusal(response, 'file.unknown');
    else if (part === undefined) await describe(request, response, dataset);
    else if (part === 'readme')
      say(response, activity.getReadme.reply.schema, {
        text: held.text(`${name}/README.md`) ?? null,
        cut: false
      });
    else if (part === 'activity')
      say(response, activity.listActivity.reply.schema, page(held.done, url.searchParams));
    else if (part === 'entries') list(response, folder, url.searchParams);
    else if (part === 'entry') {
      const there = files.get(folder) ?? { bytes: null, modifiedAt: dataset.createdAt };
      say(response, datasets.getEntry.reply.schema, entryOf(folder, there));
    } else if (part === 'folders') {
      putFolder(`${name}/${path}`);
      const made = files.get(`${name}/${path}`) ?? { bytes: null, modifiedAt: since };
      say(response, datasets.makeFolder.reply.schema, entryOf(path, made), 201);
    } else if (part === 'preview' || part === 'preview-statistics') {
      const table = held.tables.get(`${name}/${path}`);
      const isStatistics = part === 'preview-statistics';
      if (table) answerPreview(response, table, url.searchParams, say, isStatistics);
      else refusal(response, 'preview.failed', 'It is not a Parquet file: it does not begin as one.');
    } else {
      const refused = refusedTo(me, request.method ?? '', name, path);
      if (refused === null) await answerFile(request, response, name, path);
      else refusal(response, 'access.denied', refused);
    }
  };

  const held: HeldDatasets = {
    list: [
      datasetOf('Jupyter', { description: 'Notebooks', builtIn: true }),
      datasetOf('Logs', { description: 'What programs printed', builtIn: true }),
      datasetOf('Raw', { description: 'Readings of the sensors, as they came' })
    ],
    tables: new Map(),
    files,
    put,
    putFolder,
    text: path => files.get(path)?.bytes?.toString(),
    done: [],
    trash,
    operations,
    answers: url => address.test(url.pathname) || trash.answers(url) || operations.answers(url),
    answer
  };
  return held;
};

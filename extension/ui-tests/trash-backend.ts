import { trash } from '@hopslab/schema';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileAnswers, Held } from './held-files.js';

/** What was deleted, held in memory, as the contract tells it. */
export interface HeldTrash {
  readonly items: trash.TrashItem[];
  /** Takes files and folders with what is in them out of what is there. */
  take: (dataset: string, path: string, programs: boolean) => void;
  answers: (url: URL) => boolean;
  answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void;
}

const address = /^\/api\/v1\/projects\/\w+\/trash(?:\/([^/]+)(\/restore)?)?$/;

export const startTrash = ({ files, say, refusal, page }: FileAnswers): HeldTrash => {
  const contents = new Map<string, Map<string, Held>>();
  const items: trash.TrashItem[] = [];
  let number = 0;

  const take: HeldTrash['take'] = (dataset, path, programs) => {
    const whole = `${dataset}/${path}`;
    const kept = new Map([...files].filter(([one]) => one === whole || one.startsWith(`${whole}/`)));
    for (const one of kept.keys()) files.delete(one);
    const id = `00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`;
    contents.set(id, kept);
    const all = [...kept.values()].filter(({ bytes }) => bytes !== null);
    items.unshift({
      ...{ id, dataset, path, programs, files: all.length, deletedBy: 'ada' },
      kind: kept.get(whole)?.bytes ? 'file' : 'folder',
      bytes: all.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
      deletedAt: '2026-11-20T09:00:00Z',
      until: '2026-12-20T09:00:00Z'
    });
  };

  const forget = (item: trash.TrashItem): void => {
    items.splice(items.indexOf(item), 1);
    contents.delete(item.id);
  };

  return {
    items,
    take,
    answers: url => address.test(url.pathname),
    answer: (request, response, url) => {
      const [, id, isRestore] = address.exec(url.pathname) ?? [];
      const item = items.find(one => one.id === id);
      if (id === undefined && request.method === 'GET') {
        const [dataset, path] = [url.searchParams.get('dataset'), url.searchParams.get('path')];
        const wanted = items.filter(
          one => (dataset === null || one.dataset === dataset) && (path === null || one.path === path)
        );
        say(response, trash.listTrash.reply.schema, page(wanted, url.searchParams));
      } else if (id === undefined) {
        const gone = items.splice(0);
        const sum = (what: 'bytes' | 'files') => gone.reduce((all, one) => all + one[what], 0);
        const body = { items: gone.length, bytes: sum('bytes'), files: sum('files') };
        say(response, trash.emptyTrash.reply.schema, body);
      } else if (!item) refusal(response, 'trash.unknown');
      else if (isRestore === undefined) {
        forget(item);
        response.writeHead(204).end();
      } else if (files.has(`${item.dataset}/${item.path}`))
        refusal(response, 'file.exists', `There is something at ${item.path} by now.`);
      else {
        for (const [path, held] of contents.get(id) ?? []) files.set(path, held);
        forget(item);
        const { dataset, path } = item;
        say(response, trash.restoreTrash.reply.schema, { dataset, path });
      }
    }
  };
};

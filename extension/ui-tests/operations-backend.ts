import { operations } from '@hopslab/schema';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { FileAnswers } from './held-files.js';

/** Long work on files; each is done when it is looked at for the second time. */
export interface HeldOperations {
  /** How often work is still found running. */
  looks: number;
  stopped: string[];
  answers: (url: URL) => boolean;
  answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;
}

const address =
  /^\/api\/v1\/projects\/\w+\/(?:datasets\/([^/]+)\/(copy|zip|unzip)|operations\/([^/]+)(\/stop)?)$/;
const Asked = z.object({
  path: z.string().optional(),
  paths: z.array(z.string()).optional(),
  to: z.union([z.string(), z.object({ path: z.string(), dataset: z.string().optional() })])
});

export const startOperations = ({ files, say, refusal }: Omit<FileAnswers, 'page'>): HeldOperations => {
  const all = new Map<string, { now: operations.Operation; left: number; act: () => void }>();

  const copied = (from: string, to: string) => () => {
    for (const [path, held] of files)
      if (path === from || path.startsWith(`${from}/`)) files.set(to + path.slice(from.length), { ...held });
  };
  const made = (to: string, bytes: Buffer | null) => () => {
    files.set(to, { bytes, modifiedAt: '2026-11-20T09:00:00Z' });
  };

  const begin = async (request: IncomingMessage, response: ServerResponse, dataset: string, kind: string) => {
    const { path = '', to } = Asked.parse(await json(request));
    const there =
      typeof to === 'string' ? { path: to, dataset } : { path: to.path, dataset: to.dataset ?? dataset };
    const whole = `${there.dataset}/${there.path}`;
    if (files.has(whole)) {
      refusal(response, 'file.exists', `There is something at ${there.path} already.`);
      return;
    }
    const act =
      kind === 'copy'
        ? copied(`${dataset}/${path}`, whole)
        : made(whole, kind === 'zip' ? Buffer.from('PK') : null);
    const now: operations.Operation = {
      ...{ id: `00000000-0000-4000-9000-${String(all.size).padStart(12, '0')}`, ...there, leftOut: 0 },
      ...{ state: 'running', kind: kind as operations.Operation['kind'], doneBytes: 1, totalBytes: 4 },
      ...{ startedBy: 'ada', startedAt: '2026-11-20T09:00:00Z', endedAt: null, reason: null }
    };
    all.set(now.id, { now, left: held.looks, act });
    say(response, operations.copyFile.reply.schema, now, 202);
  };

  const held: HeldOperations = {
    looks: 0,
    stopped: [],
    answers: url => address.test(url.pathname),
    answer: async (request, response, url) => {
      const [, dataset, kind = '', id = '', isStop] = address.exec(url.pathname) ?? [];
      if (dataset !== undefined) return begin(request, response, decodeURIComponent(dataset), kind);
      const one = all.get(id);
      if (!one) {
        refusal(response, 'operation.unknown');
        return;
      }
      const end = (state: 'done' | 'stopped'): void => {
        one.now = { ...one.now, state, endedAt: '2026-11-20T09:01:00Z' };
      };
      if (isStop !== undefined) {
        held.stopped.push(id);
        end('stopped');
      } else if (one.now.state === 'running' && one.left-- <= 0) {
        one.act();
        end('done');
      }
      say(response, operations.getOperation.reply.schema, one.now);
    }
  };
  return held;
};

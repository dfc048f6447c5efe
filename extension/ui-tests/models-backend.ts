import { models, type ProblemCode } from '@hopslab/schema';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';

type Say = (response: ServerResponse, schema: z.ZodType, body: unknown, status?: number) => void;

/** Answers what is asked about models; false for what is asked about something else. */
export const answerModels = (
  held: models.ModelVersion[],
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { say, refuse }: { say: Say; refuse: (response: ServerResponse, code: ProblemCode) => void }
): boolean => {
  const match = /\/models(?:\/([\w-]+)(?:\/versions\/(\d+))?)?$/.exec(url.pathname);
  if (!match) return false;
  const [, name, version] = match;
  const newestFirst = [...held].sort((a, b) => b.version - a.version);
  const own = newestFirst.filter(one => one.name === name);
  if (name === undefined) {
    const experiment = url.searchParams.get('experiment');
    const asked = newestFirst.filter(one => experiment === null || one.experiment === experiment);
    const names = [...new Set(asked.map(one => one.name))].sort();
    const items = names.map(of => {
      const versions = asked.filter(one => one.name === of);
      return { name: of, versions: versions.length, newest: versions[0] };
    });
    say(response, models.listModels.reply.schema, { items, nextCursor: null });
  } else if (request.method === 'DELETE') {
    held.splice(0, held.length, ...held.filter(one => one.name !== name || one.version !== Number(version)));
    response.writeHead(204).end();
  } else if (own.length === 0) refuse(response, 'model.unknown');
  else say(response, models.listModelVersions.reply.schema, { items: own, nextCursor: null });
  return true;
};

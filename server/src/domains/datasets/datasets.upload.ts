import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { announcedForTaking } from '../../http/channel.js';
import type { Ctx } from '../../http/context.js';
import { handedFile, type Filling } from '../../platform/handed-file.js';

interface Coming {
  readonly source: Readable | Filling;
  /** Bytes that it is said to have. */
  readonly announced: number | undefined;
}

/** A file that comes with a request: as its body, or written by the proxy, which has it, to where it is told. */
export const comingIn = (ctx: Ctx): Coming => {
  const announced = announcedForTaking(ctx.req);
  if (announced === undefined) return { source: ctx.req, announced: ctx.request.length };
  return {
    announced,
    source: async file => {
      ctx.res.writeInformation(102, { [handedFile]: JSON.stringify(file) });
      // Its end says that all has been written, or by a word why not; one that breaks off throws.
      const code = (await text(ctx.req)).trim();
      if (code !== '') throw Object.assign(new Error('the proxy could not write a file'), { code });
    }
  };
};

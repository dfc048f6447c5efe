import { Readable, Transform } from 'node:stream';
import { isForTaking } from '../../http/channel.js';
import type { Ctx } from '../../http/context.js';
import { handedFile, type HandedFile } from '../../platform/handed-file.js';
import { problem } from '../../platform/problem.js';
import type { OpenFile } from '../../ports/file-store.js';
import { isKnown, quoted } from './datasets.conditions.js';
import { guarded } from './files.guard.js';
import { rangeIn } from './datasets.range.js';

/** Bytes that are read while what came before is sent. */
const ahead = 1024 * 1024;
/** Fewer bytes are sent sooner than they are handed over. */
const worthHanding = 1024 * 1024;

/** Breaks the connection where a file gave fewer bytes than were announced: it was cut while it was read. */
const exactly = (bytes: number, from: Readable): Readable => {
  let left = bytes;
  const whole = new Transform({
    highWaterMark: ahead,
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      done(null, chunk);
    },
    flush(done) {
      done(left === 0 ? null : new Error('premature close: a file was cut while it was sent'));
    }
  });
  from.once('error', error => whole.destroy(error));
  whole.once('close', () => from.destroy());
  return from.pipe(whole);
};

/** An answer without a body, which holds the file until it ends. */
const holding = (file: OpenFile): Readable =>
  new Readable({
    read: () => undefined,
    destroy: (error, done) => void file.close().then(() => done(error), done)
  });

/**
 * Answers with a file as an attachment that a browser saves and never shows: what is in it is a user's.
 * One byte range is honoured (RFC 9110, 14), under `If-Range` only while the file is the same; who knows the file as it
 * is gets nothing of it. `ask` rejects once it may not be sent any more.
 */
export const sendFile = async (ctx: Ctx, file: OpenFile, ask: () => Promise<unknown>): Promise<void> => {
  const { name, size, modifiedAt } = file.entry;
  const tag = quoted(file.entry.tag);
  ctx.etag = tag;
  if (isKnown(ctx, file.entry.tag)) {
    await file.close();
    ctx.status = 304;
    return;
  }
  ctx.attachment(name);
  ctx.type = 'application/octet-stream';
  ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
  ctx.set('Accept-Ranges', 'bytes');
  ctx.set('Last-Modified', modifiedAt.toUTCString());
  const sameFile = ['', tag].includes(ctx.get('If-Range'));
  const range = sameFile ? rangeIn(ctx.get('Range'), size) : undefined;
  if (range === 'none') {
    await file.close();
    ctx.remove('Content-Disposition');
    ctx.set('Content-Range', `bytes */${size}`);
    throw problem(
      'file.range',
      `The file has ${size} bytes; none of them is in the range that was asked for.`
    );
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) {
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${start}-${end}/${size}`);
  }
  const bytes = end - start + 1;
  if (bytes >= worthHanding && isForTaking(ctx.req)) {
    const { held, identity } = file.where;
    ctx.set(handedFile, JSON.stringify({ path: held, identity, start, end } satisfies HandedFile));
    ctx.body = guarded(holding(file), ask);
    ctx.flushHeaders();
    return;
  }
  ctx.body = guarded(exactly(bytes, file.read({ start, end })), ask);
  ctx.length = bytes;
};

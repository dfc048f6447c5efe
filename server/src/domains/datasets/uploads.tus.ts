import { uploads as contract } from '@hopslab/schema';
import type { Ctx } from '../../http/context.js';
import { problem } from '../../platform/problem.js';

/** Answers as tus 1.0, and refuses whoever speaks another version (tus.io/protocols/resumable-upload, 1.0.0). */
export const speakTus = (ctx: Ctx, version: string | undefined): void => {
  ctx.set('Tus-Resumable', contract.tusVersion);
  if (version === contract.tusVersion) return;
  ctx.set('Tus-Version', contract.tusVersion);
  ctx.set('Tus-Extension', contract.tusExtensions.join(','));
  ctx.set('Tus-Checksum-Algorithm', contract.checksumAlgorithms.join(','));
  throw problem(
    'upload.version',
    `Send the header Tus-Resumable: ${contract.tusVersion}, the version of the protocol that is spoken here.`
  );
};

const invalid = (detail: string) =>
  problem('request.invalid', `Upload-Metadata: ${detail}.`, {
    errors: [{ pointer: '/headers/Upload-Metadata', detail }]
  });

const textOf = (base64: string): string => {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  if (text.includes('\0')) throw invalid('holds a NUL character');
  return text;
};

const longestPath = 2000;

/** What an upload says of its file: pairs of a key and a value in base64, with commas between them. */
export const metadataIn = (header: string): { readonly path: string; readonly checksum: string | null } => {
  const pairs = header.split(',').map(pair => pair.trim().split(' '));
  const known = new Map(pairs.map(([key = '', value = '']) => [key, value]));
  const path = textOf(known.get('path') ?? '');
  if (path === '' || path.length > longestPath)
    throw invalid(`path is the file’s path in the dataset, in base64, of ${longestPath} characters at most`);
  const said = known.get('checksum');
  if (said === undefined) return { path, checksum: null };
  const checksum = contract.Checksum.safeParse(textOf(said));
  if (!checksum.success)
    throw invalid(
      `checksum is, in base64: ${contract.checksumAlgorithms.join(' or ')}, a blank, and the digest in base64`
    );
  return { path, checksum: checksum.data };
};

/** Where an upload stands, as tus says it. */
export const tellUpload = (ctx: Ctx, { length, offset, expiresAt }: contract.Upload): void => {
  ctx.set('Upload-Length', String(length));
  ctx.set('Upload-Offset', String(offset));
  ctx.set('Upload-Expires', new Date(expiresAt).toUTCString());
};

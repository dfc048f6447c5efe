import { uploads } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { problem } from '../../platform/problem.js';
import { metadataIn, speakTus, tellUpload } from './uploads.tus.js';
import type { UploadsService } from './uploads.service.js';

const at = ({ p, d }: { p: string; d: string }) => ({ project: p, dataset: d });

export const uploadsRoutes = (api: ApiRouter, service: UploadsService): void => {
  bind(api, uploads.createUpload, async ({ params, headers }, { actor, ctx }) => {
    speakTus(ctx, headers['Tus-Resumable']);
    const upload = await service.begin(actor, at(params), {
      ...metadataIn(headers['Upload-Metadata']),
      length: headers['Upload-Length'],
      ifMatch: ctx.get('If-Match'),
      ifNoneMatch: ctx.get('If-None-Match')
    });
    ctx.set('Location', `${ctx.path}/${upload.id}`);
    tellUpload(ctx, upload);
    return upload;
  });
  bind(api, uploads.listUploads, ({ params, query }, { actor }) => service.list(actor, at(params), query));
  bind(api, uploads.getUpload, async ({ params, headers }, { actor, ctx, still }) => {
    speakTus(ctx, headers['Tus-Resumable']);
    const upload = await service.get(actor, at(params), params.id, still);
    tellUpload(ctx, upload);
    return upload;
  });
  bind(api, uploads.appendUpload, async ({ params, headers }, { actor, ctx, still }) => {
    speakTus(ctx, headers['Tus-Resumable']);
    if (ctx.get('Content-Type') !== uploads.chunkType)
      throw problem('request.media-type', `Send the bytes as ${uploads.chunkType}.`);
    const chunk = {
      offset: headers['Upload-Offset'],
      checksum: headers['Upload-Checksum'],
      source: ctx.req,
      announced: ctx.request.length
    };
    tellUpload(ctx, await service.append(actor, at(params), params.id, still, chunk));
  });
  bind(api, uploads.removeUpload, async ({ params, headers }, { actor, ctx }) => {
    speakTus(ctx, headers['Tus-Resumable']);
    await service.remove(actor, at(params), params.id);
  });
};

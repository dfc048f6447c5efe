import { datasets } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { sendFile } from './datasets.download.js';
import type { DatasetsService } from './datasets.service.js';
import type { FilesService } from './files.service.js';

const place = ({ p, d, path }: { p: string; d: string; path: string }) => ({ project: p, dataset: d, path });

export const datasetsRoutes = (api: ApiRouter, service: DatasetsService, files: FilesService): void => {
  bind(api, datasets.listDatasets, ({ params, query }) => service.list(params.p, query));
  bind(api, datasets.createDataset, ({ params, body }, { actor }) => service.create(actor, params.p, body));
  bind(api, datasets.getDataset, ({ params }) => service.get(params.p, params.d));
  bind(api, datasets.listEntries, ({ params, query }) => files.list(params.p, params.d, query.path));
  bind(api, datasets.readFile, async ({ params }, { actor, ctx }) =>
    sendFile(ctx, await files.download(actor, place(params)))
  );
  bind(api, datasets.writeFile, ({ params }, { actor, ctx }) =>
    files.upload(actor, place(params), ctx.req, ctx.request.length)
  );
  bind(api, datasets.deleteFile, ({ params }, { actor }) => files.remove(actor, place(params)));
};

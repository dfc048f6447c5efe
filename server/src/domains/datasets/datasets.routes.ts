import { datasets } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { conditionOf, isKnown, quoted } from './datasets.conditions.js';
import { sendFile } from './datasets.download.js';
import { comingIn } from './datasets.upload.js';
import type { DatasetsService } from './datasets.service.js';
import { view } from './files.place.js';
import type { DatasetUpdate } from './datasets.update.js';
import type { FilesService } from './files.service.js';

const place = ({ p, d, path }: { p: string; d: string; path: string }) => ({ project: p, dataset: d, path });

export const datasetsRoutes = (
  api: ApiRouter,
  service: DatasetsService,
  files: FilesService,
  update: DatasetUpdate
): void => {
  bind(api, datasets.listDatasets, ({ params, query }) => service.list(params.p, query));
  bind(api, datasets.createDataset, ({ params, body }, { actor }) => service.create(actor, params.p, body));
  bind(api, datasets.getDataset, ({ params }) => service.get(params.p, params.d));
  bind(api, datasets.updateDataset, async ({ params: { p, d }, body }, { actor, unchanged }) => {
    await update(actor, { project: p, name: d }, body, unchanged);
    return service.get(p, d);
  });
  bind(api, datasets.listEntries, ({ params, query: { path, cursor, ...page } }) =>
    files.list(params.p, params.d, path, { ...page, after: cursor })
  );
  bind(api, datasets.getEntry, ({ params, query }) => files.get(place({ ...params, ...query })));
  bind(api, datasets.makeFolder, ({ params }, { actor }) => files.makeFolder(actor, place(params)));
  bind(api, datasets.readFile, async ({ params }, { actor, ctx, still }) => {
    const file = await files.download(actor, place(params), tag => isKnown(ctx, tag));
    await sendFile(ctx, file, async () => files.admitTaking(await still(), place(params)));
  });
  bind(api, datasets.writeFile, async ({ params }, { actor, ctx, still }) => {
    const upload = { ...comingIn(ctx), condition: conditionOf(ctx), still };
    const entry = await files.upload(actor, place(params), upload);
    ctx.etag = quoted(entry.tag);
    return view(entry);
  });
  bind(api, datasets.moveFile, ({ params, body: { to } }, { actor }) =>
    files.move(actor, place(params), { project: params.p, dataset: to.dataset ?? params.d, path: to.path })
  );
  bind(api, datasets.deleteFile, ({ params, query }, { actor }) =>
    files.remove(actor, place(params), query.recursive === 'true', query.permanent === 'true')
  );
};

import { operations } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { ArchiveService } from './archive.service.js';
import { createCopyService } from './copy.service.js';
import type { MakingDeps } from './files.making.js';
import { createUnzipService } from './unzip.service.js';
import { createZipService } from './zip.service.js';

const place = ({ p, d }: { p: string; d: string }, path: string, dataset = d) => ({
  project: p,
  dataset,
  path
});

export const operationsRoutes = (api: ApiRouter, deps: MakingDeps, archives: ArchiveService): void => {
  const [copy, zip, unzip] = [createCopyService(deps), createZipService(deps), createUnzipService(deps)];
  bind(api, operations.copyFile, ({ params, body: { path, to } }, { actor, still }) =>
    copy(actor, place(params, path), place(params, to.path, to.dataset), still)
  );
  bind(api, operations.zipFiles, ({ params, body: { paths, to } }, { actor, still }) =>
    zip(actor, place(params, to), paths, still)
  );
  bind(api, operations.unzipFile, ({ params, body: { path, to } }, { actor, still }) =>
    unzip(actor, place(params, path), place(params, to), still)
  );
  bind(api, operations.getOperation, ({ params }) => deps.operations.get(params.p, params.id));
  bind(api, operations.stopOperation, ({ params }, { actor }) =>
    deps.operations.stop(actor, params.p, params.id)
  );
  bind(api, operations.readArchive, async ({ params, query: { path } }, { actor, ctx, still }) => {
    const paths = typeof path === 'string' ? [path] : path;
    const { name, content } = await archives.download(
      actor,
      { project: params.p, dataset: params.d },
      paths,
      still
    );
    ctx.attachment(name);
    ctx.type = 'application/zip';
    ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
    ctx.body = content;
  });
};

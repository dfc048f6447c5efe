import { notebooks } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { sandboxOf } from '../../http/channel.js';
import type { Ctx } from '../../http/context.js';
import type { Compute, Inside } from './notebooks.compute.js';
import type { NotebooksService } from './notebooks.service.js';

const insideOf = (project: string, { req }: Ctx): Inside => {
  const sandbox = sandboxOf(req)?.sandbox;
  if (sandbox === undefined) throw new Error('this comes over a sandbox’s own socket');
  return { project, sandbox };
};

export const notebooksRoutes = (
  api: ApiRouter,
  { service, compute }: { service: NotebooksService; compute: Compute }
): void => {
  bind(api, notebooks.getNotebookServer, ({ params }, { actor }) => service.get(actor, params.p));
  bind(api, notebooks.startNotebookServer, ({ params, body }, { actor }) =>
    service.start(actor, params.p, body)
  );
  bind(api, notebooks.stopNotebookServer, ({ params }, { actor }) => service.stop(actor, params.p));
  bind(api, notebooks.enterNotebookServer, ({ params }, { actor }) => service.enter(actor, params.p));
  bind(api, notebooks.holdCompute, ({ params, body }, { actor, ctx }) =>
    compute.hold(actor, insideOf(params.p, ctx), body)
  );
  bind(api, notebooks.giveBackCompute, ({ params }, { actor, ctx }) =>
    compute.giveBack(actor, insideOf(params.p, ctx))
  );
};

import { experiments, steering as contract } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { Steering } from './experiments.steering.js';

const which = ({ p, id }: { readonly p: string; readonly id: string }) => ({ project: p, id });

export const steeringRoutes = (api: ApiRouter, steering: Steering): void => {
  bind(api, experiments.stopExperiment, ({ params, query }, { actor }) =>
    steering.order(actor, which(params), query.after === 'running' ? 'stop after running' : 'stop')
  );
  bind(api, contract.pauseExperiment, ({ params }, { actor }) =>
    steering.order(actor, which(params), 'pause')
  );
  bind(api, contract.continueExperiment, ({ params }, { actor }) =>
    steering.order(actor, which(params), 'continue')
  );
  bind(api, contract.stopTrial, ({ params }, { actor }) =>
    steering.stopTrial(actor, which(params), params.n)
  );
  bind(api, contract.enqueueTrial, ({ params, body }, { actor }) =>
    steering.enqueue(actor, which(params), body.params)
  );
  bind(api, contract.annotateExperiment, ({ params, body }, { actor, unchanged }) =>
    steering.annotate(actor, which(params), body, unchanged)
  );
};

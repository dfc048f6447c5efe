import { tensorboard as contract } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { Tensorboard } from './experiments.tensorboard.js';

export const tensorboardRoutes = (api: ApiRouter, tensorboard: Tensorboard): void => {
  bind(api, contract.openTensorboard, ({ params, body }, { actor }) =>
    tensorboard.open(actor, params.p, [{ experiment: params.id, trials: body.trials }, ...body.with])
  );
};

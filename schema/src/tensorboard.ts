import { z } from 'zod';
import { inProject } from './access.js';
import { Id, Name } from './common.js';
import { endpoint, json } from './endpoint.js';

/** The most that one TensorBoard is asked to show by number; of an experiment that is shown whole it takes the best. */
export const mostTrials = 500;

const Trials = z
  .array(z.int().min(0).max(1_000_000))
  .min(1)
  .max(mostTrials, `at most ${String(mostTrials)} trials`);

export const openTensorboard = endpoint({
  id: 'openTensorboard',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/tensorboard',
  summary:
    'Where my notebook server shows this experiment in TensorBoard, with all its trials or some, and with others',
  access: inProject('experiment.view', ['hub', 'token', 'notebook', 'sandbox']),
  params: z.strictObject({ p: Name, id: Id }),
  body: z.strictObject({
    /** These trials only. */
    trials: Trials.optional(),
    /** Other experiments of the project beside it. */
    with: z
      .array(z.strictObject({ experiment: Id, trials: Trials.optional() }))
      .max(19, 'at most 20 experiments at once')
      .default([])
  }),
  /** Absolute, on the notebook's own origin. On the hub it signs this browser in there, once and within 30 seconds. */
  reply: json(z.strictObject({ url: z.string() })),
  problems: ['experiment.unknown', 'notebook.absent', 'notebook.not-ready']
});

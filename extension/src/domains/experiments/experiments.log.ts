import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import type { experiments } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';
import { logOf } from './experiments.folder.js';

/** Opens what a trial has printed, beside the experiment. */
export const openLog = async (
  app: JupyterFrontEnd,
  words: Translate,
  experiment: experiments.Experiment,
  { number }: experiments.Trial
): Promise<void> => {
  const path = logOf(experiment, number);
  try {
    await app.serviceManager.contents.get(path, { content: false });
    await app.commands.execute('docmanager:open', { path, options: { mode: 'split-bottom' } });
  } catch (error) {
    if (error instanceof ServerConnection.ResponseError && error.response.status === 404)
      Notification.info(words.__('Trial %1 has printed nothing.', number), { autoClose: 5000 });
    else await showErrorMessage(words.__('What the trial has printed cannot be opened'), error as Error);
  }
};

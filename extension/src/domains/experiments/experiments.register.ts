import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import type { experiments } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';
import { openModelCommand } from '../models/models.tokens.js';
import { keptModelOf } from './experiments.folder.js';
import { createPrograms } from './experiments.programs.js';

/** What a model is registered as. */
export interface Naming {
  readonly name: string;
  readonly description: string;
}

/** The models that an experiment's trials have kept. */
export interface Registering {
  /** Whether this trial has kept one. */
  readonly hasKept: (trial: number) => Promise<boolean>;
  /** Rejects with a `ProgramProblem`. */
  readonly register: (trial: number, as: Naming) => Promise<void>;
}

export const createRegistering = (
  app: JupyterFrontEnd,
  words: Translate,
  experiment: () => experiments.Experiment | undefined
): Registering => ({
  hasKept: async trial => {
    const of = experiment();
    if (!of) return false;
    try {
      await app.serviceManager.contents.get(keptModelOf(of, trial), { content: false });
      return true;
    } catch (error) {
      if (error instanceof ServerConnection.ResponseError && error.response.status === 404) return false;
      throw error;
    }
  },
  register: async (trial, as) => {
    const of = experiment();
    if (!of) return;
    const { name, version } = await createPrograms().register({ experiment: of.id, trial, ...as });
    Notification.success(words.__('Trial %1 is registered as %2, version %3.', trial, name, version), {
      autoClose: 10_000,
      actions: [
        {
          label: words.__('Open it'),
          callback: () => void app.commands.execute(openModelCommand, { name })
        }
      ]
    });
  }
});

import type { Service } from '@hopslab/schema';
import type { Translate } from '../ui/index.js';

/** What a service is called, and what it is for. */
export const serviceWords = (words: Translate, service: Service): { name: string; use: string } =>
  ({
    notebooks: {
      name: words.__('Notebooks'),
      use: words.__('JupyterLab for every member, with the project’s data')
    },
    experiments: {
      name: words.__('Experiments'),
      use: words.__('Searches for the best hyperparameters, on Spark executors')
    }
  })[service];

import type { models } from '@hopslab/schema';
import { Token } from '@lumino/coreutils';
import type { Reloaded } from '../../api/index.js';

/** The project's models, each with its newest version, by name. */
export interface IModels extends Reloaded<readonly models.Model[]> {
  /** There are more than are shown. */
  readonly isCut: boolean;
  /** Those that came of an experiment, fetched anew. Rejects with an `ApiProblem`. */
  of(experiment: string): Promise<readonly models.Model[]>;
}

export const IModels = new Token<IModels>(
  '@hopslab/extension:IModels',
  'The registered models of the project, kept up to date.'
);

/** Opens the tab of a model: `{ name }`. */
export const openModelCommand = 'hopslab:open-model';

import type { experiments } from '@hopslab/schema';

/** An experiment's folder in the dataset `Experiments`; `experiment_folder` of the Python package makes the same name. */
export const folderOf = ({ id, name }: Pick<experiments.Experiment, 'id' | 'name'>): string => {
  const readable = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
    .replace(/[-.]+$/, '');
  return `${readable || 'experiment'}-${id.slice(0, 8)}`;
};

const trialFolderOf = (experiment: Pick<experiments.Experiment, 'id' | 'name'>, number: number): string =>
  `Experiments/${folderOf(experiment)}/trial-${String(number).padStart(5, '0')}`;

/** Where what a trial has printed is, as JupyterLab writes paths. */
export const logOf = (experiment: Pick<experiments.Experiment, 'id' | 'name'>, number: number): string =>
  `${trialFolderOf(experiment, number)}/output.log`;

/** And the model that it has kept. */
export const keptModelOf = (
  experiment: Pick<experiments.Experiment, 'id' | 'name'>,
  number: number
): string => `${trialFolderOf(experiment, number)}/kept-model`;

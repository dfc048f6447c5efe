import { datasets, roleCan, type ProjectAction, type Role } from '@hopslab/schema';

/** Which way a file is carried: into a dataset (or removed there), or out of it. */
export type Way = 'in' | 'out';

/** The right that it takes to carry a file: programs are everybody's, data is the owners'. */
export const rightToCarry = (way: Way, dataset: string, path: string): ProjectAction => {
  if (datasets.isProgram(dataset, path)) return way === 'in' ? 'program.upload' : 'program.download';
  return way === 'in' ? 'data.import' : 'data.export';
};

/** Whether a role may carry a file. */
export const canCarry = (role: Role, way: Way, dataset: string, path: string): boolean =>
  roleCan(role, rightToCarry(way, dataset, path));

const resultDatasets = ['Experiments', 'Models'];

/** Whether a role's programs may write in a dataset: what a sandbox mounts writable. */
export const programsMayWrite = (role: Role, dataset: { name: string; editable: boolean }): boolean =>
  role === 'data_owner' ||
  datasets.programDatasets.includes(dataset.name) ||
  resultDatasets.includes(dataset.name) ||
  dataset.editable;

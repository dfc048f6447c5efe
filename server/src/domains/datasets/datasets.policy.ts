import { datasets, roleCan, type Role } from '@hopslab/schema';

/** Whether a role may carry a file into a dataset, or remove it there. */
export const canUpload = (role: Role, dataset: string, path: string): boolean =>
  roleCan(role, datasets.isProgram(dataset, path) ? 'program.upload' : 'data.import');

/** Whether a role may carry a file out of a dataset. */
export const canDownload = (role: Role, dataset: string, path: string): boolean =>
  roleCan(role, datasets.isProgram(dataset, path) ? 'program.download' : 'data.export');

const resultDatasets = ['Experiments', 'Models'];

/** Whether a role's programs may write in a dataset: what a sandbox mounts writable. */
export const programsMayWrite = (role: Role, dataset: { name: string; editable: boolean }): boolean =>
  role === 'data_owner' ||
  datasets.programDatasets.includes(dataset.name) ||
  resultDatasets.includes(dataset.name) ||
  dataset.editable;

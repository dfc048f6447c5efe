import { datasets, type ProjectAction, type Role } from '@hopslab/schema';
import {
  byRole,
  granted,
  isGranted,
  refused,
  type AssetRights,
  type Person,
  type Verdict
} from '../../platform/verdict.js';

/** What of a dataset its rights depend on. */
export interface DatasetFacts {
  readonly name: string;
  readonly editable: boolean;
}

/** A dataset but for what it holds. */
export type DescribedDataset = Omit<datasets.Dataset, 'bytes' | 'files' | 'countedAt'>;

/** Which way a file is carried: into a dataset (or removed there), or out of it. */
export type Way = 'in' | 'out';

const rightToCarry = (way: Way, dataset: string, path: string): ProjectAction => {
  if (datasets.isProgram(dataset, path)) return way === 'in' ? 'program.upload' : 'program.download';
  return way === 'in' ? 'data.import' : 'data.export';
};

const programsOnly =
  'it is data, and of what is in a project a data scientist carries only programs in Jupyter, Notebooks and Resources.';

/** Programs are everybody's to carry, data is the owners'. */
export const canCarry = (who: Pick<Person, 'role'>, way: Way, dataset: string, path: string): Verdict => {
  const right = rightToCarry(way, dataset, path);
  const verdict = byRole(who, right);
  return isGranted(verdict) ? verdict : refused(right, programsOnly);
};

/** Making a folder carries nothing; where it lies says whose it is. */
export const canMakeFolder = (who: Pick<Person, 'role'>, dataset: string): Verdict => {
  if (datasets.programDatasets.includes(dataset)) return byRole(who, 'program.upload');
  const verdict = byRole(who, 'data.import');
  return isGranted(verdict)
    ? verdict
    : refused('data.import', 'a data scientist makes folders only in Jupyter, Notebooks and Resources.');
};

/** Whether a folder can be judged by what it holds at all, where it lies in some of these datasets. */
export const mayHoldPrograms = (among: readonly string[]): boolean =>
  among.every(dataset => datasets.programDatasets.includes(dataset));

/** Moving or deleting a folder carries all that it holds; `data` is what of that is no program. */
export const canCarryFolder = (
  who: Pick<Person, 'role'>,
  among: readonly string[],
  data: string | undefined
): Verdict => {
  const verdict = byRole(who, 'data.import');
  if (isGranted(verdict)) return verdict;
  if (!mayHoldPrograms(among)) return refused('data.import', programsOnly);
  if (data === undefined) return byRole(who, 'program.upload');
  return refused(
    'data.import',
    `the folder holds ${JSON.stringify(data.slice(0, 200))}, which is data; a data scientist moves and deletes only folders of programs.`
  );
};

/** Downloading or copying a folder carries out all that it holds; `data` is what of that is no program. */
export const canTakeFolder = (
  who: Pick<Person, 'role'>,
  dataset: string,
  data: string | undefined
): Verdict => {
  const verdict = byRole(who, 'data.export');
  if (isGranted(verdict)) return verdict;
  if (!mayHoldPrograms([dataset])) return refused('data.export', programsOnly);
  if (data === undefined) return byRole(who, 'program.download');
  return refused(
    'data.export',
    `the folder holds ${JSON.stringify(data.slice(0, 200))}, which is data; a data scientist takes only folders of programs.`
  );
};

const resultDatasets = ['Experiments', 'Models'];

/**
 * Owners' programs write everywhere; a scientist's where programs and their results lie, and where the dataset is
 * editable. Everything else is told by the role.
 */
export const canOnDataset = (
  who: Pick<Person, 'role'>,
  action: ProjectAction,
  { name, editable }: DatasetFacts
): Verdict => {
  const verdict = byRole(who, action);
  if (action !== 'dataset.write' || isGranted(verdict)) return verdict;
  if (datasets.programDatasets.includes(name) || resultDatasets.includes(name)) return granted('built-in');
  if (editable) return granted('editable');
  return refused(action, `${name} is not editable, so programs of data scientists only read it.`);
};

/** Whether a role's programs may write in a dataset: what a sandbox mounts writable. */
export const programsMayWrite = (role: Role, dataset: DatasetFacts): boolean =>
  isGranted(canOnDataset({ role }, 'dataset.write', dataset));

const ofData: readonly ProjectAction[] = ['dataset.view', 'dataset.write', 'data.import', 'data.export'];
const ofPrograms: readonly ProjectAction[] = ['program.upload', 'program.download'];

export const rightsOnDataset = (dataset: DatasetFacts): AssetRights => ({
  actions: [...ofData, ...(datasets.programDatasets.includes(dataset.name) ? ofPrograms : [])],
  can: (who, action) => canOnDataset(who, action, dataset)
});

export const rightsOnFile = (dataset: DatasetFacts, path: string): AssetRights => ({
  actions: [
    'dataset.view',
    'dataset.write',
    rightToCarry('in', dataset.name, path),
    rightToCarry('out', dataset.name, path)
  ],
  can: (who, action) => canOnDataset(who, action, dataset)
});

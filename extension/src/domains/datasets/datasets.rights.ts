import { datasets, roleCan, type Role } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { Place } from './datasets.places.js';

/** Where programs of every member leave what they make. */
const resultDatasets: readonly string[] = ['Experiments', 'Models'];

/** Which way a file is carried: into a dataset (moved and deleted there too), or out of it. */
export type Way = 'in' | 'out';

/** Whether the dataset is writable in sandboxes of this role. */
const programsMayWrite = (role: Role, { name, editable, permission }: datasets.Dataset): boolean =>
  permission !== 'read_only' &&
  (roleCan(role, 'dataset.write') ||
    editable ||
    datasets.programDatasets.includes(name) ||
    resultDatasets.includes(name));

const mayCarryData = (role: Role, way: Way): boolean =>
  roleCan(role, way === 'in' ? 'data.import' : 'data.export');

const roleOf = ({ me }: IProject): Role => me?.project?.role ?? 'data_scientist';

const owners = ({ members }: IProject): string =>
  members
    .filter(({ role }) => role === 'data_owner')
    .map(({ displayName }) => displayName)
    .join(', ');

/** Why a file may not be carried, and who can help; null where it may. */
export const carryRefusal = (
  project: IProject,
  way: Way,
  { dataset, path }: Place,
  words: Translate
): string | null => {
  if (mayCarryData(roleOf(project), way) || datasets.isProgram(dataset, path)) return null;
  return way === 'out'
    ? words.__('Only data owners download data; notebooks read it where it is. Ask %1.', owners(project))
    : words.__(
        'Data scientists add only programs, to Jupyter, Notebooks and Resources. Ask %1.',
        owners(project)
      );
};

/** Why nothing at all can be put into a folder; null where at least programs can. */
export const folderRefusal = (project: IProject, { dataset }: Place, words: Translate): string | null => {
  if (mayCarryData(roleOf(project), 'in') || datasets.programDatasets.includes(dataset)) return null;
  return words.__('Only data owners change %1. Ask %2.', dataset, owners(project));
};

/** Why data cannot be made from what is there; null where it can. */
export const importRefusal = (project: IProject, words: Translate): string | null =>
  mayCarryData(roleOf(project), 'in')
    ? null
    : words.__('A zip is data, and only data owners add data. Ask %1.', owners(project));

/** Why something that is there cannot be renamed, moved or deleted; of folders the server looks at what they hold. */
export const changeRefusal = (
  project: IProject,
  place: Place,
  isFolder: boolean,
  words: Translate
): string | null =>
  folderRefusal(project, place, words) ?? (isFolder ? null : carryRefusal(project, 'in', place, words));

/** Why no dataset can be made; null where one can. */
export const datasetRefusal = (project: IProject, words: Translate): string | null =>
  roleCan(roleOf(project), 'dataset.create')
    ? null
    : words.__('Only data owners make datasets. Ask %1.', owners(project));

/** Whether my programs only read the dataset. */
export const isReadOnly = (project: IProject, dataset: datasets.Dataset): boolean =>
  !programsMayWrite(roleOf(project), dataset);

/** Why nothing of what another project shares can be changed by anybody here; null where it can. */
export const lentRefusal = (dataset: datasets.Dataset | undefined, words: Translate): string | null => {
  if (dataset?.sharedBy === undefined || dataset.permission !== 'read_only') return null;
  return dataset.public
    ? words.__(
        'It is public, which is read-only. A data owner of %1 can share it editable.',
        dataset.sharedBy
      )
    : words.__('%1 shares it read-only. A data owner there can make it editable.', dataset.sharedBy);
};

/** Why nothing can be shared, taken back or answered; null where it can. */
export const shareRefusal = (project: IProject, words: Translate): string | null =>
  roleCan(roleOf(project), 'share.manage')
    ? null
    : words.__('Only data owners share datasets. Ask %1.', owners(project));

/** Why a dataset cannot be made public; null where it can. */
export const publishRefusal = (
  project: IProject,
  dataset: datasets.Dataset | undefined,
  words: Translate
): string | null =>
  shareRefusal(project, words) ??
  (dataset?.builtIn
    ? words.__(
        '%1 is in every project, and everybody’s programs write there: it stays private.',
        dataset.name
      )
    : null);

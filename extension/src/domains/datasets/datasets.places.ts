/** Somewhere in a dataset; the dataset's own folder where the path is empty. */
export interface Place {
  readonly dataset: string;
  readonly path: string;
}

/** What JupyterLab calls `datasets:Raw/2026/a.csv`, without the drive's name; null for the list of the datasets. */
export const placeOf = (localPath: string): Place | null => {
  const [dataset = '', ...path] = localPath.split('/').filter(Boolean);
  return dataset === '' ? null : { dataset, path: path.join('/') };
};

export const localPathOf = ({ dataset, path }: Place): string =>
  path === '' ? dataset : `${dataset}/${path}`;

/** Where a notebook server has it below its root `/project`; what is shared with the project lies in a folder of its own. */
export const sandboxPathOf = (place: Place): string =>
  place.dataset.includes('::') ? `shared/${localPathOf(place)}` : localPathOf(place);

/** The place of something in a folder. */
export const within = ({ dataset, path }: Place, name: string): Place => ({
  dataset,
  path: path === '' ? name : `${path}/${name}`
});

export const nameOf = (localPath: string): string => localPath.slice(localPath.lastIndexOf('/') + 1);

/** The folder of what JupyterLab names with its drive; `datasets:` for the datasets themselves. */
export const folderOf = (globalPath: string): string =>
  globalPath.includes('/')
    ? globalPath.slice(0, globalPath.lastIndexOf('/'))
    : globalPath.slice(0, globalPath.indexOf(':') + 1);

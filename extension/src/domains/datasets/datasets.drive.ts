import { ServerConnection, type Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { ApiProblem } from '../../api/index.js';
import type { Translate } from '../../ui/index.js';
import { blobOf, contentOf, datasetItem, folderItem, itemOf } from './datasets.contents.js';
import type { Condition, DatasetsModel } from './datasets.model.js';
import type { Work } from './datasets.work.js';
import { localPathOf, nameOf, placeOf, within, type Place } from './datasets.places.js';
import { freeName } from './datasets.free-name.js';
import { untitledContent, untitledName } from './datasets.untitled.js';

/** JupyterLab's name of the drive; a file is `datasets:Raw/a.csv` there. */
export const driveName = 'datasets';

/** The datasets as a drive of JupyterLab. */
export interface DatasetsDrive extends Contents.IDrive {
  /** Part of the names that a folder is narrowed to on the server, where it holds more than is shown. */
  part: string;
  /** The folder listed last holds more than is shown. */
  readonly hasMore: boolean;
  /** Uploads a file; where `replace` is not said, only if nothing is there. */
  upload(localPath: string, file: Blob, replace: boolean, signal?: AbortSignal): Promise<Contents.IModel>;
  /** Tells everybody of a file that was put there by another way. */
  arrived(localPath: string): Promise<Contents.IModel>;
}

/** The state of a file that an editor has. */
interface Known {
  /** By which it is saved; null where whatever is there is replaced. */
  readonly tag: string | null;
  readonly at: string;
  /** JupyterLab looks at a file after it has saved it, and would take what came in between for its own. */
  readonly saved?: boolean;
}

interface Deps {
  readonly model: DatasetsModel;
  readonly isReadOnly: (dataset: Parameters<typeof datasetItem>[0]) => boolean;
  readonly work: Pick<Work, 'copy'>;
  readonly words: Translate;
}

/** JupyterLab looks for the status in an answer of its own server, and takes each 409 for a name that is taken. */
const asAnswer = (error: unknown): never => {
  if (!(error instanceof ApiProblem)) throw error;
  const status = error.status === 409 && error.code !== 'file.exists' ? 400 : error.status;
  throw Object.assign(error, { response: { status } });
};

export const createDatasetsDrive = ({ model, work, isReadOnly, words }: Deps): DatasetsDrive => {
  const tags = new Map<string, Known>();
  const folders = new Set<string>();
  let hasMore = false;
  let part = '';
  let disposed = false;

  const insideOf = (localPath: string): Place => {
    const place = placeOf(localPath);
    if (place && place.path !== '') return place;
    throw new Error(
      words.__('%1 is a whole dataset: only what is in it can be renamed, moved or deleted.', localPath)
    );
  };

  const listDatasets = async (): Promise<Contents.IModel> => {
    hasMore = false;
    const all = await model.list();
    for (const { name } of all) folders.add(name);
    return folderItem(
      '',
      all.map(dataset => datasetItem(dataset, !isReadOnly(dataset)))
    );
  };

  const listFolder = async (place: Place): Promise<Contents.IModel> => {
    const listing = await model.entries(place, part);
    hasMore = listing.hasMore;
    const items = listing.items.map(entry => itemOf(localPathOf(within(place, entry.name)), entry));
    for (const { path, type } of items) if (type === 'directory') folders.add(path);
    return folderItem(localPathOf(place), items);
  };

  const look = async (place: Place): Promise<Contents.IModel> => {
    const path = localPathOf(place);
    const item = itemOf(path, await model.entry(place));
    const known = tags.get(path);
    if (!known) return item;
    const { tag, at, saved = false } = known;
    // JupyterLab asks the person before it saves over another state; who then says so means it.
    const isOther = !saved && at !== item.last_modified;
    tags.set(path, isOther ? { tag: null, at: item.last_modified } : { tag, at });
    return saved ? { ...item, last_modified: at, hash: at } : item;
  };

  const get = async (localPath: string, asked: Contents.IFetchOptions = {}): Promise<Contents.IModel> => {
    const path = localPathOf(placeOf(localPath) ?? { dataset: '', path: '' });
    const place = placeOf(path);
    if (!place) return listDatasets();
    const whole = asked.content !== false;
    if (whole && folders.has(path)) return listFolder(place);
    const item = await look(place);
    if (!whole) return item;
    if (item.type === 'directory') return listFolder(place);
    const { answer, tag } = await model.read(place);
    tags.set(path, { tag, at: item.last_modified });
    return { ...item, ...(await contentOf(item, answer, asked, words)) };
  };

  const write = async (path: string, content: Blob, condition: Condition): Promise<Contents.IModel> => {
    const { answer, tag } = await model.write(insideOf(path), content, condition);
    tags.set(path, { tag, at: answer.modifiedAt, saved: true });
    return itemOf(path, answer);
  };

  const tell = (
    type: Contents.IChangedArgs['type'],
    item: Contents.IModel,
    oldPath: string | null = null
  ) => {
    const oldValue = oldPath === null ? null : { path: oldPath, name: nameOf(oldPath) };
    fileChanged.emit({ type, oldValue, newValue: item });
    return item;
  };

  const makeFolder = async (path: string): Promise<Contents.IModel> => {
    const item = itemOf(path, await model.makeFolder(insideOf(path)));
    folders.add(path);
    return item;
  };

  const save = async (path: string, given: Partial<Contents.IModel>): Promise<Contents.IModel> => {
    if (given.type === 'directory') return tell('save', await makeFolder(path));
    const known = tags.get(path);
    const condition = known ? { ifMatch: known.tag } : { ifNew: true };
    const { type = 'file', format = null } = given;
    return tell('save', { ...(await write(path, blobOf(given), condition)), type, format });
  };

  const newUntitled = async (asked: Contents.ICreateOptions): Promise<Contents.IModel> => {
    const folder = placeOf(asked.path ?? '');
    if (!folder) throw new Error(words.__('Files lie in datasets: open one first.'));
    const { items } = await model.entries(folder, 'untitled');
    const name = untitledName(
      asked,
      items.map(item => item.name)
    );
    const path = localPathOf(within(folder, name));
    if (asked.type === 'directory') return tell('new', await makeFolder(path));
    return tell('new', await write(path, blobOf(untitledContent(asked)), { ifNew: true }));
  };

  const rename = async (from: string, to: string): Promise<Contents.IModel> => {
    const item = itemOf(to, await model.move(insideOf(from), insideOf(to)));
    const known = tags.get(from);
    for (const path of [...tags.keys(), ...folders])
      if (path === from || path.startsWith(`${from}/`)) {
        tags.delete(path);
        folders.delete(path);
      }
    if (known) tags.set(to, known);
    return tell('rename', item, from);
  };

  const copy = async (from: string, folder: string): Promise<Contents.IModel> => {
    const into = placeOf(folder);
    if (!into) throw new Error(words.__('Files lie in datasets: open one first.'));
    const wanted = nameOf(from);
    const taken = (await model.entries(into, '')).items.map(({ name }) => name);
    const to = within(into, taken.includes(wanted) ? freeName(wanted, taken) : wanted);
    const done = await work.copy(insideOf(from), to);
    return done ? tell('new', await look(to)) : look(insideOf(from));
  };

  const drive: DatasetsDrive = {
    name: driveName,
    serverSettings: ServerConnection.makeSettings(),
    // JupyterLab takes the drive's name from who tells.
    get fileChanged() {
      return fileChanged;
    },
    get part() {
      return part;
    },
    set part(value) {
      part = value;
    },
    get hasMore() {
      return hasMore;
    },
    get: (localPath, asked) => get(localPath, asked).catch(asAnswer),
    save: (localPath, given = {}) => save(localPath, given).catch(asAnswer),
    upload: (localPath, file, replace, signal) =>
      write(localPath, file, { ...(!replace && { ifNew: true }), ...(signal && { signal }) })
        .then(item => tell('save', item))
        .catch(asAnswer),
    arrived: async localPath => {
      tags.delete(localPath);
      return tell('save', await look(insideOf(localPath)));
    },
    newUntitled: (asked = {}) => newUntitled(asked).catch(asAnswer),
    rename: (from, to) => rename(from, to).catch(asAnswer),
    delete: async localPath => {
      await model.remove(insideOf(localPath)).catch(asAnswer);
      tags.delete(localPath);
      folders.delete(localPath);
      fileChanged.emit({
        type: 'delete',
        oldValue: { path: localPath, name: nameOf(localPath) },
        newValue: null
      });
    },
    getDownloadUrl: localPath => Promise.resolve(model.address(insideOf(localPath))),
    copy: (localPath, folder) => copy(localPath, folder).catch(asAnswer),
    // Datasets keep no checkpoints.
    createCheckpoint: () => Promise.resolve({ id: '', last_modified: new Date().toISOString() }),
    listCheckpoints: () => Promise.resolve([]),
    restoreCheckpoint: () => Promise.reject(new Error(words.__('There are no checkpoints in datasets.'))),
    deleteCheckpoint: () => Promise.resolve(),
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      Signal.clearData(fileChanged);
    }
  };
  const fileChanged = new Signal<Contents.IDrive, Contents.IChangedArgs>(drive);
  return drive;
};

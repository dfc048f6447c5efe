import { Notification } from '@jupyterlab/apputils';
import { operations } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { nameOf, type Place } from './datasets.places.js';

/** Long work on files that the server does; each answers whether it was done or stopped, and rejects with why there is nothing of it. */
export interface Work {
  copy(from: Place, to: Place): Promise<boolean>;
  /** Several things of one folder become one file. */
  zip(places: readonly Place[], to: Place): Promise<boolean>;
  unzip(from: Place, to: Place): Promise<boolean>;
}

/** What is done by then needs no word on its way. */
const patience = 600;
const often = 300;
const seldom = 2000;
const seen = 4000;

const pause = (ms: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, ms);
  });

/** Shows each at the corner while it goes on, with a way to stop it. */
export const createWork = (project: IProject, words: Translate): Work => {
  const { api } = project;
  const p = (): string => project.me?.project?.name ?? '';
  const folder = ({ dataset }: Place) => ({ p: p(), d: dataset });

  const follow = async (begun: operations.Operation, doing: string, done: string): Promise<boolean> => {
    const params = { p: p(), id: begun.id };
    const stop = {
      label: words.__('Stop'),
      callback: () => void api.call(operations.stopOperation, { params }).catch(() => undefined)
    };
    let now = begun;
    let shown: string | null = null;
    const since = performance.now();
    for (let wait = often; now.state === 'running'; wait = Math.min(seldom, wait * 1.3)) {
      await pause(wait);
      now = await api.call(operations.getOperation, { params });
      if (now.state !== 'running' || performance.now() - since < patience) continue;
      const progress = now.totalBytes > 0 ? { progress: now.doneBytes / now.totalBytes } : {};
      const told = { autoClose: false as const, actions: [stop], ...progress };
      if (shown === null) shown = Notification.emit(doing, 'in-progress', told);
      else Notification.update({ id: shown, message: doing, ...told });
    }
    if (shown !== null) Notification.dismiss(shown);
    if (now.state === 'failed') throw new Error(now.reason ?? words.__('It failed.'));
    if (now.state === 'stopped') {
      Notification.info(words.__('It was stopped; nothing of it was kept.'), { autoClose: seen });
      return false;
    }
    const left =
      now.leftOut > 0 ? ` ${words._n('%1 link was left out.', '%1 links were left out.', now.leftOut)}` : '';
    if (shown !== null || left !== '') Notification.success(`${done}${left}`, { autoClose: seen });
    return true;
  };

  return {
    copy: async (from, to) => {
      const there = { path: to.path, ...(to.dataset !== from.dataset && { dataset: to.dataset }) };
      const body = { path: from.path, to: there };
      const begun = await api.call(operations.copyFile, { params: folder(from), body });
      const name = nameOf(from.path);
      return follow(begun, words.__('Copying %1…', name), words.__('%1 was copied.', name));
    },
    zip: async (places, to) => {
      const body = { paths: places.map(({ path }) => path), to: to.path };
      const begun = await api.call(operations.zipFiles, { params: folder(to), body });
      const name = nameOf(to.path);
      return follow(begun, words.__('Compressing to %1…', name), words.__('%1 is made.', name));
    },
    unzip: async (from, to) => {
      const body = { path: from.path, to: to.path };
      const begun = await api.call(operations.unzipFile, { params: folder(from), body });
      const name = nameOf(from.path);
      return follow(begun, words.__('Extracting %1…', name), words.__('%1 was extracted.', name));
    }
  };
};

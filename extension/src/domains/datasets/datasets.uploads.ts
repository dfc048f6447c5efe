import { Notification } from '@jupyterlab/apputils';
import { formatBytes, type Translate } from '../../ui/index.js';

/** What is being carried in now, in one notification at the corner. */
export interface Uploads {
  /** Shows that a file is under way until the work has ended, and why it failed. */
  track<T>(file: File, work: () => Promise<T>): Promise<T>;
}

const seen = 4000;
/** What is done by then needs no word on its way. */
const patience = 500;

export const createUploads = (words: Translate): Uploads => {
  let id: string | null = null;
  let soon: ReturnType<typeof setTimeout> | undefined;
  let all = 0;
  let ended = 0;
  let failed = 0;

  const message = (file: File): string =>
    all === 1
      ? words.__('Uploading %1 (%2)…', file.name, formatBytes(file.size))
      : words.__('Uploading %1 (%2), %3 of %4…', file.name, formatBytes(file.size), ended + 1, all);

  const show = (file: File): void => {
    const progress = all === 1 ? {} : { progress: ended / all };
    if (id === null) id = Notification.emit(message(file), 'in-progress', { autoClose: false, ...progress });
    else Notification.update({ id, message: message(file), ...progress });
  };

  const finish = (): void => {
    clearTimeout(soon);
    if (id !== null) Notification.dismiss(id);
    const done = all - failed;
    if (done > 0)
      Notification.success(words._n('%1 file was uploaded.', '%1 files were uploaded.', done), {
        autoClose: seen
      });
    id = null;
    all = 0;
    ended = 0;
    failed = 0;
  };

  return {
    track: async (file, work) => {
      all += 1;
      clearTimeout(soon);
      soon = setTimeout(() => {
        show(file);
      }, patience);
      try {
        return await work();
      } catch (error) {
        failed += 1;
        const why = error instanceof Error ? error.message : String(error);
        Notification.error(words.__('%1 was not uploaded. %2', file.name, why), { autoClose: false });
        throw error;
      } finally {
        ended += 1;
        if (ended === all) finish();
        else if (id !== null) show(file);
      }
    }
  };
};

/** Lets the person choose files of this computer; none where they think better of it. */
export const chooseFiles = (): Promise<readonly File[]> =>
  new Promise(resolve => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.addEventListener('change', () => {
      resolve([...(input.files ?? [])]);
    });
    input.addEventListener('cancel', () => {
      resolve([]);
    });
    input.click();
  });

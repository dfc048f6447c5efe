import { Notification } from '@jupyterlab/apputils';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { nameOf, type Place } from './datasets.places.js';
import { undelete } from './datasets.trash.model.js';

const seen = 10_000;

/** Says that something is in the trash, and takes it back where that was not meant. */
export const tellDeleted = (project: IProject, places: readonly Place[], words: Translate): void => {
  const undo = async (): Promise<void> => {
    try {
      await undelete(project, places);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      Notification.error(words.__('Not everything came back. %1', why), { autoClose: false });
    }
  };
  const name = nameOf(places[0]?.path ?? '');
  Notification.info(words._n('%2 is in the trash.', '%1 things are in the trash.', places.length, name), {
    autoClose: seen,
    actions: [{ label: words.__('Undo'), callback: () => void undo() }]
  });
};

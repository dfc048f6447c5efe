import { Dialog, Notification, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { formatBytes, type Translate } from '../../ui/index.js';
import { isBinary } from './datasets.contents.js';
import type { DatasetsModel } from './datasets.model.js';
import { nameOf, placeOf, sandboxPathOf, type Place } from './datasets.places.js';

/** More is not for an editor. */
const mostBytes = 20 * 2 ** 20;
const beginning = '0-4095';

interface Deps {
  readonly model: DatasetsModel;
  readonly manager: IDocumentManager;
  readonly downloadRefusal: (place: Place) => string | null;
  readonly words: Translate;
}

/** Opens a file of the drive: in its editor, or offers it for download where there is none. */
export const createOpening = ({ model, manager, downloadRefusal, words }: Deps): ((path: string) => void) => {
  const { contents } = manager.services;

  const isInSandbox = (path: string): Promise<boolean> =>
    contents.get(path, { content: false }).then(
      () => true,
      () => false
    );

  /** Why it is better downloaded; null where it can be opened. */
  const obstacle = async (place: Place, size: number): Promise<string | null> => {
    if (size > mostBytes) return words.__('It has %1, which is too much for an editor.', formatBytes(size));
    if (size === 0 || manager.registry.getFileTypesForPath(place.path).length > 0) return null;
    const { answer } = await model.read(place, beginning);
    return (await isBinary(answer)) ? words.__('It is no text, and nothing here shows it.') : null;
  };

  const offer = async (path: string, why: string): Promise<void> => {
    const answer = await showDialog({
      title: words.__('Download %1?', nameOf(path)),
      body: why,
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words.__('Download') })]
    });
    if (!answer.button.accept) return;
    const link = document.createElement('a');
    link.href = await contents.getDownloadUrl(path);
    link.download = '';
    link.click();
  };

  const open = async (path: string): Promise<void> => {
    const place = placeOf(contents.localPath(path));
    if (!place) return;
    const refusal = downloadRefusal(place);
    const inSandbox = sandboxPathOf(place);
    // The notebook server has the dataset too: there a kernel starts beside its notebook, and what may be
    // looked at but not carried out is shown as far as the proxy lets it through.
    if ((refusal !== null || path.endsWith('.ipynb')) && (await isInSandbox(inSandbox))) {
      manager.openOrReveal(inSandbox);
      return;
    }
    if (refusal !== null) {
      Notification.warning(refusal, { autoClose: 8000 });
      return;
    }
    const { size = 0 } = await contents.get(path, { content: false });
    const why = await obstacle(place, size);
    if (why === null) manager.openOrReveal(path);
    else await offer(path, why);
  };

  return path => {
    open(path).catch((error: unknown) =>
      showErrorMessage(words.__('%1 was not opened', nameOf(path)), error as Error)
    );
  };
};

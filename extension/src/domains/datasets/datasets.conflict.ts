import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { Translate } from '../../ui/index.js';

/** What becomes of files that are there already: each is asked about, they stay, or new ones come instead. */
export type Conflict = 'ask' | 'keep' | 'replace';

/** Asks once for many files; null where nothing of them is to be uploaded. */
export const askForMany = async (reason: string, words: Translate): Promise<Conflict | null> => {
  const keep = Dialog.okButton({ label: words.__('Keep those, upload the others') });
  const replace = Dialog.warnButton({ label: words.__('Replace') });
  const { button } = await showDialog({
    title: words.__('Some of the files are there already'),
    body: reason,
    buttons: [Dialog.cancelButton(), replace, keep],
    defaultButton: 2
  });
  if (!button.accept) return null;
  return button.label === replace.label ? 'replace' : 'keep';
};

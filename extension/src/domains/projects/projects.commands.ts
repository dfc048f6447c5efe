import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog, showErrorMessage, type ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { hopslabIcon } from '../../ui/hopslab-icon.js';
import type { IHopslabPanel, IProject } from './projects.tokens.js';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly model: IProject;
  readonly sections: IHopslabPanel;
  readonly palette: ICommandPalette | null;
  readonly trans: TranslationBundle;
}

const stopServer = async ({ model, trans }: Context): Promise<void> => {
  const answer = await showDialog({
    title: trans.__('Stop my server?'),
    body: trans.__(
      'Every kernel, terminal and running experiment of yours in this project ends, and what they hold is given back. Files are kept; unsaved changes are lost.'
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Stop my server') })]
  });
  if (!answer.button.accept) return;
  try {
    await model.stopServer();
  } catch (error) {
    await showErrorMessage(trans.__('The server was not stopped'), error as Error);
    return;
  }
  if (model.hubPage !== null) window.location.assign(model.hubPage);
};

/** Commands of the project as a whole, in the palette. */
export const addProjectCommands = (context: Context): void => {
  const { app, model, sections, palette, trans } = context;
  const category = trans.__('Hopslab');
  const describedBy = { args: { type: 'object', properties: {} } };
  const isKnown = (): boolean => model.me !== null;

  app.commands.addCommand('hopslab:show-panel', {
    label: trans.__('Show the Hopslab panel'),
    icon: hopslabIcon,
    describedBy,
    execute: () => {
      sections.reveal();
    }
  });
  app.commands.addCommand('hopslab:back-to-hub', {
    label: trans.__('Back to the hub'),
    isEnabled: isKnown,
    describedBy,
    execute: () => {
      if (model.hubPage !== null) window.location.assign(model.hubPage);
    }
  });
  app.commands.addCommand('hopslab:stop-server', {
    label: trans.__('Stop my server…'),
    isEnabled: isKnown,
    describedBy,
    execute: () => stopServer(context)
  });
  model.stateChanged.connect(() => {
    app.commands.notifyCommandChanged();
  });
  for (const command of ['hopslab:show-panel', 'hopslab:back-to-hub', 'hopslab:stop-server'])
    palette?.addItem({ command, category });
};

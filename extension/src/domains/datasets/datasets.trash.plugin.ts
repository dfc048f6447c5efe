import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import { createElement } from 'react';
import { viewOf } from '../../ui/model-widget.js';
import { IProject } from '../projects/projects.tokens.js';
import { trashCommand } from './datasets.menu.js';
import { createTrashModel } from './datasets.trash.model.js';
import { TrashView } from './datasets.trash.js';

export const trashPlugin: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:trash',
  description: 'The tab with what was deleted from the datasets.',
  autoStart: true,
  requires: [IProject],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: IProject,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const tracker = new WidgetTracker<MainAreaWidget>({ namespace: 'hopslab-trash' });
    const create = (): MainAreaWidget => {
      const view = viewOf(
        createTrashModel(project),
        model => createElement(TrashView, { model, project }),
        [project.stateChanged],
        words
      );
      view.addClass('hop-Tab');
      const tab = new MainAreaWidget({ content: view });
      tab.toolbar.hide();
      tab.id = 'hopslab-trash';
      tab.title.label = words.__('Trash');
      tab.title.icon = deleteIcon;
      tab.title.closable = true;
      return tab;
    };
    app.commands.addCommand(trashCommand, {
      label: words.__('Show the trash of the datasets'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        const tab = tracker.currentWidget ?? create();
        if (!tracker.has(tab)) void tracker.add(tab);
        if (!tab.isAttached) app.shell.add(tab, 'main');
        app.shell.activateById(tab.id);
      }
    });
    palette?.addItem({ command: trashCommand, category: words.__('Hopslab') });
    if (restorer) void restorer.restore(tracker, { command: trashCommand, name: () => 'trash' });
  }
};

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { roleCan } from '@hopslab/schema';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createSharesModel } from './datasets.shares.model.js';
import { SharingSection } from './datasets.sharing.js';
import { createShareWish } from './datasets.sharing.wish.js';
import { shareCommand } from './datasets.menu.js';

const section = 'sharing';

export const sharingPlugin: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:sharing',
  description:
    'The section Sharing of the tab “Project settings”, and word of what is offered to the project.',
  autoStart: true,
  requires: [IProject, IProjectSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: IProject,
    settings: IProjectSettings,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const model = createSharesModel(project);
    const wish = createShareWish();
    const open = (): void => {
      settings.open(section);
    };
    settings.add({
      id: section,
      title: words.__('Sharing'),
      rank: 35,
      content: () =>
        new ModelWidget(
          () => createElement(SharingSection, { project, model, wish }),
          [model.stateChanged, project.stateChanged, wish.changed],
          words
        )
    });

    app.commands.addCommand(shareCommand, {
      label: words.__('Share…'),
      describedBy: {
        args: { type: 'object', properties: { dataset: { type: 'string' } }, required: ['dataset'] }
      },
      execute: ({ dataset }) => {
        open();
        wish.set(typeof dataset === 'string' ? dataset : null);
      }
    });

    const told = new Set<string>();
    model.stateChanged.connect(() => {
      if (!project.me?.project || !roleCan(project.me.project.role, 'share.manage')) return;
      for (const { id, owner, dataset, state } of model.state?.offers ?? []) {
        if (state !== 'offered' || told.has(id)) continue;
        told.add(id);
        Notification.info(words.__('%1 offers its dataset %2 to this project.', owner, dataset), {
          autoClose: false,
          actions: [{ label: words.__('Look at it'), callback: open }]
        });
      }
    });
  }
};

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { roleCan } from '@hopslab/schema';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createPublicModel } from './datasets.public.model.js';
import { createSharesModel } from './datasets.shares.model.js';
import { shareRefusal } from './datasets.rights.js';
import { SharingSection } from './datasets.sharing.js';
import { tellLosses } from './datasets.lost.js';
import { addPublicCommand, publicCommand, shareCommand } from './datasets.menu.js';
import { createWish, type PublicWish } from './datasets.sharing.wish.js';

const section = 'sharing';

export const sharingPlugin: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:sharing',
  description:
    'The section Sharing of the tab “Project settings”, and word of what is offered to the project.',
  autoStart: true,
  requires: [IProject, IProjectSettings],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: IProject,
    settings: IProjectSettings,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const model = createSharesModel(project);
    const wish = createWish<string>();
    const publicModel = createPublicModel(project);
    const publicWish: PublicWish = createWish();
    const open = (): void => {
      settings.open(section);
    };
    settings.add({
      id: section,
      title: words.__('Sharing'),
      rank: 35,
      content: () =>
        new ModelWidget(
          () => createElement(SharingSection, { project, model, wish, publicModel, publicWish }),
          [
            ...[model.stateChanged, project.stateChanged, wish.changed],
            ...[publicModel.stateChanged, publicWish.changed]
          ],
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

    app.commands.addCommand(publicCommand, {
      label: ({ end }) => (end === true ? words.__('Make private…') : words.__('Make public…')),
      describedBy: {
        args: {
          type: 'object',
          properties: { dataset: { type: 'string' }, end: { type: 'boolean' } },
          required: ['dataset']
        }
      },
      execute: ({ dataset, end }) => {
        open();
        publicWish.set({
          act: end === true ? 'end' : 'publish',
          dataset: typeof dataset === 'string' ? dataset : ''
        });
      }
    });
    app.commands.addCommand(addPublicCommand, {
      label: words.__('Add a public dataset…'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => shareRefusal(project, words) === null,
      execute: () => {
        open();
        publicWish.set({ act: 'add' });
      }
    });
    palette?.addItem({ command: addPublicCommand, category: words.__('Hopslab') });
    tellLosses(model, publicModel, words);

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

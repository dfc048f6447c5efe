import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, InputDialog, Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IExperiments } from '../experiments/experiments.tokens.js';
import { IHopslabPanel, IProject } from '../projects/projects.tokens.js';
import { modelIcon } from './models.icon.js';
import { createModelsModel } from './models.model.js';
import { ModelsSection } from './models.section.js';
import { createModelTabs } from './models.tabs.js';
import { IModels, openModelCommand } from './models.tokens.js';

const example = `from hopslab import model

model.export(classifier, "digits", metrics={"accuracy": 0.98})
`;

const list: JupyterFrontEndPlugin<IModels> = {
  id: '@hopslab/extension:models-model',
  description: 'The registered models of the project, kept up to date.',
  autoStart: true,
  requires: [IProject],
  provides: IModels,
  activate: (_app: JupyterFrontEnd, project: IProject) => createModelsModel(project)
};

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:models-section',
  description: 'The section of the Hopslab panel that lists the registered models, and their tabs.',
  autoStart: true,
  requires: [IModels, IProject, IHopslabPanel],
  optional: [IExperiments, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IModels,
    project: IProject,
    panel: IHopslabPanel,
    experiments: IExperiments | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const open = createModelTabs({ app, project, experiments, restorer, words });
    const choose = async (): Promise<string | null> => {
      const items = (models.state ?? []).map(({ name }) => name);
      if (items.length === 0) {
        Notification.info(words.__('No model is registered in this project yet.'));
        return null;
      }
      return (await InputDialog.getItem({ title: words.__('Which model?'), items })).value;
    };
    app.commands.addCommand(openModelCommand, {
      label: words.__('Open a model'),
      icon: modelIcon,
      describedBy: { args: { type: 'object', properties: { name: { type: 'string' } } } },
      execute: async args => {
        const name = typeof args['name'] === 'string' ? args['name'] : await choose();
        if (name !== null) open(name);
      }
    });
    palette?.addItem({ command: openModelCommand, category: words.__('Hopslab') });
    const actions = {
      open: (name: string) => void app.commands.execute(openModelCommand, { name }),
      copyExample: () => {
        Clipboard.copyToSystem(example);
        Notification.success(words.__('Paste it into a cell of a notebook.'), { autoClose: 3000 });
      }
    };
    panel.add({
      id: 'models',
      title: words.__('Models'),
      rank: 50,
      content: new ModelWidget(
        () => createElement(ModelsSection, { model: models, actions }),
        [models.stateChanged, project.stateChanged],
        words
      )
    });
  }
};

export const modelPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [list, section];

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IModels } from '../models/models.tokens.js';
import { IHopslabPanel, IProject } from '../projects/projects.tokens.js';
import { addExperimentCommands, exampleCommand, tabActions } from './experiments.commands.js';
import type { DetailSettings } from './experiments.detail.js';
import { createExperimentsModel } from './experiments.model.js';
import { addNewExperiment, newCommand } from './experiments.new.js';
import { addComparisons, compareCommand } from './experiments.several-tabs.js';
import { ExperimentsSection } from './experiments.section.js';
import { createExperimentTabs, openCommand } from './experiments.tabs.js';
import { boardOf } from './experiments.tensorboard-words.js';
import { addTensorboard, tensorboardCommand } from './experiments.tensorboard.js';
import { IExperiments } from './experiments.tokens.js';

const settingsId = '@hopslab/extension:experiments';

const model: JupyterFrontEndPlugin<IExperiments> = {
  id: '@hopslab/extension:experiments-model',
  description: 'The experiments of the project, live.',
  autoStart: true,
  requires: [IProject],
  provides: IExperiments,
  activate: (_app: JupyterFrontEnd, project: IProject) => createExperimentsModel(project)
};

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:experiments-section',
  description: 'The section of the Hopslab panel that lists the experiments.',
  autoStart: true,
  requires: [IExperiments, IProject, IHopslabPanel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    list: IExperiments,
    project: IProject,
    panel: IHopslabPanel,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('hopslab');
    const actions = {
      open: (id: string) => void app.commands.execute(openCommand, { id }),
      example: () => void app.commands.execute(exampleCommand),
      begin: () => void app.commands.execute(newCommand),
      compare: (ids: readonly string[]) => void app.commands.execute(compareCommand, { ids: [...ids] }),
      tensorboard: (ids: readonly string[]) =>
        void app.commands.execute(tensorboardCommand, { ...boardOf(ids) })
    };
    panel.add({
      id: 'experiments',
      title: trans.__('Experiments'),
      rank: 40,
      content: new ModelWidget(
        () => createElement(ExperimentsSection, { model: list, actions }),
        [list.stateChanged, project.stateChanged],
        trans
      )
    });
  }
};

/** The settings as they are now; the defaults until they are loaded. */
const liveSettings = (
  registry: ISettingRegistry | null
): { readonly current: DetailSettings; readonly changed: ISignal<unknown, void> } => {
  const changed = new Signal<object, void>({});
  let current: DetailSettings = { chart: true, bestFirst: false };
  void registry?.load(settingsId).then(settings => {
    const read = (): void => {
      current = {
        chart: settings.get('chart').composite as boolean,
        bestFirst: settings.get('trialOrder').composite === 'best first'
      };
      changed.emit();
    };
    read();
    settings.changed.connect(read);
  });
  return {
    get current() {
      return current;
    },
    changed
  };
};

const tabs: JupyterFrontEndPlugin<void> = {
  id: settingsId,
  description: 'Tabs of experiments, and the commands that open and stop them.',
  autoStart: true,
  requires: [IExperiments, IProject],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer, ISettingRegistry, ITranslator, IModels],
  activate: (
    app: JupyterFrontEnd,
    list: IExperiments,
    project: IProject,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null,
    models: IModels | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const context = { app, project, list, words };
    const { open, current } = createExperimentTabs({
      ...context,
      restorer,
      actions: tabActions(context),
      settings: liveSettings(registry),
      models
    });
    addExperimentCommands({ ...context, open, current, palette, launcher });
    addTensorboard({ ...context, restorer, palette });
    addComparisons({ ...context, restorer, palette });
  }
};

const begin: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:experiments-new',
  description: 'The form that begins an experiment from a notebook or a Python file.',
  autoStart: true,
  requires: [IProject, IDocumentManager],
  optional: [IDefaultFileBrowser, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: IProject,
    documents: IDocumentManager,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    addNewExperiment({ app, project, documents, browser, palette, restorer, words });
  }
};

export const experimentPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [model, section, tabs, begin];

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelWidget, viewOf } from '../../ui/model-widget.js';
import { createMembersModel } from './projects.members.model.js';
import { MembersView } from './projects.members.js';
import { OverviewView } from './projects.overview.js';
import { addSettingsCommand, settingsCommand } from './projects.settings-commands.js';
import { createSettingsSections } from './projects.settings.js';
import { IProject, IProjectSettings } from './projects.tokens.js';

const frame: JupyterFrontEndPlugin<IProjectSettings> = {
  id: '@hopslab/extension:project-settings',
  description: 'The tab “Project settings”, which every domain adds its section to.',
  autoStart: true,
  provides: IProjectSettings,
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const sections = createSettingsSections();
    const words = (translator ?? nullTranslator).load('hopslab');
    addSettingsCommand({ app, sections, palette, restorer, words });
    return {
      add: section => sections.add(section),
      open: section => void app.commands.execute(settingsCommand, section === undefined ? {} : { section })
    };
  }
};

const sections: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:project-settings-sections',
  description: 'The sections Overview and Members of the tab “Project settings”.',
  autoStart: true,
  requires: [IProject, IProjectSettings],
  optional: [ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    model: IProject,
    settings: IProjectSettings,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    settings.add({
      id: 'overview',
      title: words.__('Overview'),
      rank: 0,
      content: () =>
        new ModelWidget(() => createElement(OverviewView, { model }), [model.stateChanged], words)
    });
    settings.add({
      id: 'members',
      title: words.__('Members'),
      rank: 10,
      content: () =>
        viewOf(
          createMembersModel(model),
          members => createElement(MembersView, { project: model, model: members }),
          [],
          words
        )
    });
  }
};

export const settingsPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [frame, sections];

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { createApi } from '../../api/index.js';
import { ModelWidget } from '../../ui/model-widget.js';
import { tellWhenAccessEnds } from './projects.access-ended.js';
import { addProjectCommands } from './projects.commands.js';
import { createProjectModel } from './projects.model.js';
import { LinkNotice, ProjectSection, ProjectStatus } from './projects.panel.js';
import { createSectionPanel, type SectionPanel } from './projects.side-panel.js';
import { settingsCommand } from './projects.settings-commands.js';
import { settingsPlugins } from './projects.settings-plugin.js';
import { IHopslabPanel, IProject } from './projects.tokens.js';

const panelId = '@hopslab/extension:panel';

const project: JupyterFrontEndPlugin<IProject> = {
  id: '@hopslab/extension:project',
  description: 'The project this JupyterLab works in.',
  autoStart: true,
  provides: IProject,
  activate: () => createProjectModel(createApi({ base: '' }))
};

/** Keeps the sections as the person left them, whichever workspace is opened; asked for once the layout is restored. */
const rememberSections = async (panel: SectionPanel, registry: ISettingRegistry): Promise<void> => {
  const settings = await registry.load(panelId);
  const apply = (): void => {
    panel.closed = settings.get('closedSections').composite as string[];
  };
  apply();
  settings.changed.connect(apply);
  panel.closedChanged.connect((_, closed) => {
    void settings.set('closedSections', [...closed]);
  });
};

const panel: JupyterFrontEndPlugin<IHopslabPanel> = {
  id: panelId,
  description: 'The Hopslab panel at the left.',
  autoStart: true,
  provides: IHopslabPanel,
  requires: [IProject],
  optional: [ILayoutRestorer, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IProject,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('hopslab');
    const notice = new ModelWidget(() => createElement(LinkNotice, { model }), [model.stateChanged], trans);
    const sections = createSectionPanel(trans, notice, id => {
      app.shell.activateById(id);
    });
    const openSettings = (): void => void app.commands.execute(settingsCommand);
    const needs = (height: number): void => {
      content.node.style.minHeight = `${height}px`;
      content.parent?.fit();
    };
    const content = new ModelWidget(
      () => createElement(ProjectSection, { model, openSettings, needs }),
      [model.stateChanged],
      trans
    );
    sections.add({ id: 'project', title: trans.__('Project'), rank: 0, share: 0.6, content });
    app.shell.add(sections.widget, 'left', { rank: 90 });
    restorer?.add(sections.widget, sections.widget.id);
    if (registry) void app.restored.then(() => rememberSections(sections, registry));
    return sections;
  }
};

const status: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:project-status',
  description: 'Project, role and lease in the status bar; says when access has ended.',
  autoStart: true,
  requires: [IProject, IHopslabPanel, IStatusBar],
  optional: [ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    model: IProject,
    sections: IHopslabPanel,
    bar: IStatusBar,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('hopslab');
    tellWhenAccessEnds(model, trans);
    const reveal = (): void => {
      sections.reveal('project');
    };
    const item = new ModelWidget(
      () => createElement(ProjectStatus, { model, reveal }),
      [model.stateChanged],
      trans
    );
    bar.registerStatusItem('hopslab:project', { item, align: 'left', rank: 100 });
  }
};

const commands: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:project-commands',
  description: 'Back to the hub, stop my server.',
  autoStart: true,
  requires: [IProject, IHopslabPanel],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IProject,
    sections: IHopslabPanel,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    addProjectCommands({
      app,
      model,
      sections,
      palette,
      trans: (translator ?? nullTranslator).load('hopslab')
    });
  }
};

export const projectPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [
  project,
  panel,
  status,
  commands,
  ...settingsPlugins
];

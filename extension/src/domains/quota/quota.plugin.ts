import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createQuotaModel } from './quota.model.js';
import { QuotaStatus, ResourcesView } from './quota.section.js';

const section = 'resources';

const resources: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:quota',
  description: 'The quota in the project’s settings, and what I hold of it in the status bar.',
  autoStart: true,
  requires: [IProject, IProjectSettings],
  optional: [IStatusBar, ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    project: IProject,
    settings: IProjectSettings,
    bar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const model = createQuotaModel(project);
    settings.add({
      id: section,
      title: words.__('Resources'),
      rank: 20,
      content: () =>
        new ModelWidget(
          () => createElement(ResourcesView, { project, model }),
          [model.stateChanged, project.stateChanged],
          words
        )
    });
    const open = (): void => {
      settings.open(section);
    };
    bar?.registerStatusItem('hopslab:quota', {
      item: new ModelWidget(() => createElement(QuotaStatus, { model, open }), [model.stateChanged], words),
      align: 'left',
      rank: 101
    });
  }
};

export const quotaPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [resources];

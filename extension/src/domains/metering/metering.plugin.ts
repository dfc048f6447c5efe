import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createSeenModel } from './metering.model.js';
import { SeenSection } from './metering.section.js';

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:metering',
  description: 'The section Data seen of the tab “Project settings”.',
  autoStart: true,
  requires: [IProject, IProjectSettings],
  optional: [ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    project: IProject,
    settings: IProjectSettings,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    settings.add({
      id: 'data-seen',
      title: words.__('Data seen'),
      rank: 70,
      content: () => {
        const model = createSeenModel(project);
        const view = () => createElement(SeenSection, { project, model });
        const widget = new ModelWidget(view, [model.stateChanged, project.stateChanged], words);
        widget.disposed.connect(() => {
          model.dispose();
        });
        return widget;
      }
    });
  }
};

export const meteringPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [section];

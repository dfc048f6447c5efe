import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { viewOf } from '../../ui/model-widget.js';
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
      content: () =>
        viewOf(
          createSeenModel(project),
          model => createElement(SeenSection, { project, model }),
          [project.stateChanged],
          words
        )
    });
  }
};

export const meteringPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [section];

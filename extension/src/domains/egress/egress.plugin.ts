import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { viewOf } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createEgressModel } from './egress.model.js';
import { EgressSection } from './egress.section.js';

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:egress',
  description: 'The section Internet of the tab “Project settings”.',
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
      id: 'internet',
      title: words.__('Internet'),
      rank: 75,
      content: () =>
        viewOf(
          createEgressModel(project),
          model => createElement(EgressSection, { project, model }),
          [project.stateChanged],
          words
        )
    });
  }
};

export const egressPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [section];

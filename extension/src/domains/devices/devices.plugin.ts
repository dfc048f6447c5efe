import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { viewOf } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createDevicesModel } from './devices.model.js';
import { DevicesSection } from './devices.section.js';

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:devices',
  description: 'The section Devices of the tab “Project settings”.',
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
      id: 'devices',
      title: words.__('Devices'),
      rank: 40,
      content: () =>
        viewOf(
          createDevicesModel(project),
          model => createElement(DevicesSection, { project, model }),
          [project.stateChanged],
          words
        )
    });
  }
};

export const devicesPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [section];

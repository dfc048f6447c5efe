import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, MainAreaWidget, Notification } from '@jupyterlab/apputils';
import { createElement } from 'react';
import type { Translate } from '../../ui/index.js';
import { viewOf, type ModelWidget } from '../../ui/model-widget.js';
import { tabsOnce } from '../../ui/tabs-once.js';
import type { IExperiments } from '../experiments/experiments.tokens.js';
import type { IProject } from '../projects/projects.tokens.js';
import { versionAsCode } from './models.code.js';
import { modelIcon } from './models.icon.js';
import { createModelDetail } from './models.model.js';
import { openModelCommand } from './models.tokens.js';
import { ModelView } from './models.view.js';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly experiments: IExperiments | null;
  readonly restorer: ILayoutRestorer | null;
  readonly words: Translate;
}

interface Shown {
  readonly name: string;
}

/** Tabs in the main area, one per model, back after a reload. Answers what opens one. */
export const createModelTabs = ({ app, project, experiments, restorer, words }: Context) => {
  const owners = (): string =>
    project.members
      .filter(({ role }) => role === 'data_owner')
      .map(({ displayName }) => displayName)
      .join(', ');

  const create = ({ name }: Shown): MainAreaWidget<ModelWidget> => {
    const view = viewOf(
      createModelDetail(project, name),
      model =>
        createElement(ModelView, {
          model,
          owners,
          experimentName: id => experiments?.get(id)?.name ?? words.__('experiment %1', id.slice(0, 8)),
          openExperiment: id => void app.commands.execute('hopslab:open-experiment', { id }),
          copy: version => {
            Clipboard.copyToSystem(versionAsCode(version, project.me?.user.name));
            Notification.success(words.__('The code to load it is in the clipboard.'), { autoClose: 3000 });
          }
        }),
      [project.stateChanged, ...(experiments ? [experiments.stateChanged] : [])],
      words
    );
    view.addClass('hop-Tab');
    const tab = new MainAreaWidget({ content: view });
    tab.toolbar.hide();
    tab.title.label = name;
    tab.title.caption = words.__('Model %1', name);
    tab.title.icon = modelIcon;
    tab.title.closable = true;
    return tab;
  };

  const tabs = tabsOnce({
    app,
    restorer,
    namespace: 'hopslab-models',
    command: openModelCommand,
    idOf: ({ name }: Shown) => `hopslab-model-${name}`,
    create
  });
  return (name: string): void => {
    tabs.show({ name });
  };
};

import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, MainAreaWidget, Notification, WidgetTracker } from '@jupyterlab/apputils';
import { createElement } from 'react';
import type { Translate } from '../../ui/index.js';
import { viewOf } from '../../ui/model-widget.js';
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

const prefix = 'hopslab-model-';
const nameOf = (tab: MainAreaWidget): string => tab.id.slice(prefix.length);

/** Tabs in the main area, one per model, back after a reload. Answers what opens one. */
export const createModelTabs = ({ app, project, experiments, restorer, words }: Context) => {
  const tracker = new WidgetTracker<MainAreaWidget>({ namespace: 'hopslab-models' });
  const owners = (): string =>
    project.members
      .filter(({ role }) => role === 'data_owner')
      .map(({ displayName }) => displayName)
      .join(', ');

  const create = (name: string): MainAreaWidget => {
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
    tab.id = `${prefix}${name}`;
    tab.title.label = name;
    tab.title.caption = words.__('Model %1', name);
    tab.title.icon = modelIcon;
    tab.title.closable = true;
    return tab;
  };

  if (restorer)
    void restorer.restore(tracker, {
      command: openModelCommand,
      args: tab => ({ name: nameOf(tab) }),
      name: nameOf
    });
  return (name: string): void => {
    const existing = tracker.find(tab => nameOf(tab) === name);
    const tab = existing ?? create(name);
    if (!existing) void tracker.add(tab);
    if (!tab.isAttached) app.shell.add(tab, 'main');
    app.shell.activateById(tab.id);
  };
};

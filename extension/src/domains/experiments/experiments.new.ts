import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, MainAreaWidget, WidgetTracker, type ICommandPalette } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { createElement } from 'react';
import { viewOf, type ModelWidget } from '../../ui/model-widget.js';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createFormModel } from './experiments.form-model.js';
import { NewExperimentView } from './experiments.form.js';
import { experimentIcon } from './experiments.icon.js';
import { createPrograms } from './experiments.programs.js';
import { openCommand } from './experiments.tabs.js';

/** Opens the form for a notebook or a `.py` file: `{ path? }`. */
export const newCommand = 'hopslab:new-experiment';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly documents: IDocumentManager;
  readonly browser: IDefaultFileBrowser | null;
  readonly palette: ICommandPalette | null;
  readonly restorer: ILayoutRestorer | null;
  readonly words: Translate;
}

type Tab = MainAreaWidget<ModelWidget>;

const isProgram = (path: string): boolean => /\.(ipynb|py)$/.test(path);

/** `datasets:Jupyter/a.py`, which the datasets' own drive calls a file, is the notebook server's `Jupyter/a.py`. */
const serverPath = (path: string): string => {
  const [, dataset = '', rest = ''] = /^datasets:([^/]+)\/(.*)$/.exec(path) ?? [];
  if (dataset === '') return path;
  return dataset.includes('::') ? `shared/${dataset}/${rest}` : `${dataset}/${rest}`;
};

const idOf = (path: string): string => `hopslab-new-experiment-${path}`;

/** The form's tabs, one for each program, and the command that opens them. */
export const addNewExperiment = (context: Context): WidgetTracker<Tab> => {
  const { app, project, documents, browser, palette, restorer, words } = context;
  const tracker = new WidgetTracker<Tab>({ namespace: 'hopslab-new-experiments' });
  const programs = createPrograms();
  const actions = {
    openExperiment: (id: string) => void app.commands.execute(openCommand, { id }),
    openLog: (path: string) => void app.commands.execute('docmanager:open', { path })
  };

  /** What is in front, or chosen in the file browser. */
  const current = (): string | null => {
    const { currentWidget } = app.shell;
    const open = currentWidget && documents.contextForWidget(currentWidget)?.path;
    if (open !== undefined && open !== null && isProgram(open)) return open;
    const [chosen] = browser?.isVisible === true ? [...browser.selectedItems()] : [];
    return chosen && isProgram(chosen.path) ? chosen.path : null;
  };

  const ask = async (): Promise<string | null> => {
    const { value } = await InputDialog.getText({
      title: words.__('New experiment'),
      label: words.__('A notebook or a .py file'),
      text: 'Jupyter/'
    });
    return value?.trim() || null;
  };

  /** Only what is saved is run. */
  const save = async (path: string): Promise<void> => {
    const widget = documents.findWidget(path);
    const open = widget && documents.contextForWidget(widget);
    if (open?.model.dirty === true && !open.model.readOnly) await open.save();
  };

  const create = (path: string): Tab => {
    const model = createFormModel({ project, programs, path, onExperiment: actions.openExperiment });
    const view = viewOf(
      model,
      () => createElement(NewExperimentView, { model, actions }),
      [project.stateChanged],
      words
    );
    const tab = new MainAreaWidget({ content: view });
    tab.toolbar.hide();
    tab.id = idOf(path);
    tab.title.icon = experimentIcon;
    tab.title.label = words.__('New experiment: %1', path.slice(path.lastIndexOf('/') + 1));
    tab.title.caption = path;
    return tab;
  };

  app.commands.addCommand(newCommand, {
    label: args =>
      args['isShort'] ? words.__('New experiment…') : words.__('New experiment from a program…'),
    caption: words.__('Search a function’s hyperparameters; it goes on when the browser is closed'),
    icon: experimentIcon,
    describedBy: {
      args: { type: 'object', properties: { path: { type: 'string' }, isShort: { type: 'boolean' } } }
    },
    execute: async args => {
      const named = typeof args['path'] === 'string' ? args['path'] : (current() ?? (await ask()));
      if (named === null) return null;
      await save(named);
      const path = serverPath(named);
      const existing = tracker.find(tab => tab.id === idOf(path));
      const tab = existing ?? create(path);
      if (!existing) void tracker.add(tab);
      if (!tab.isAttached) app.shell.add(tab, 'main');
      app.shell.activateById(tab.id);
      return tab;
    }
  });
  palette?.addItem({ command: newCommand, category: words.__('Hopslab') });
  if (restorer)
    void restorer.restore(tracker, {
      command: newCommand,
      args: tab => ({ path: tab.title.caption }),
      name: tab => tab.id
    });
  return tracker;
};

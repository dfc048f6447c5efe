import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, Notification, type ICommandPalette, type WidgetTracker } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { createElement } from 'react';
import { viewOf, type ModelWidget } from '../../ui/model-widget.js';
import { tabsOnce } from '../../ui/tabs-once.js';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { chooseSeveral } from './experiments.choose.js';
import { experimentIcon } from './experiments.icon.js';
import { createSeveral, mostTogether } from './experiments.several-model.js';
import { SeveralView } from './experiments.several.js';
import { openCommand } from './experiments.tabs.js';
import { boardOf } from './experiments.tensorboard-words.js';
import { tensorboardCommand } from './experiments.tensorboard.js';
import type { IExperiments } from './experiments.tokens.js';

export const compareCommand = 'hopslab:compare-experiments';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly list: IExperiments;
  readonly restorer: ILayoutRestorer | null;
  readonly palette: ICommandPalette | null;
  readonly words: Translate;
}

interface Compared {
  readonly ids: readonly string[];
}

type Tab = MainAreaWidget<ModelWidget>;

/** What the command was told; a layout that is restored may hold anything. */
const idsIn = ({ ids }: ReadonlyPartialJSONObject): readonly string[] =>
  Array.isArray(ids)
    ? [...new Set(ids.filter(id => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)) as string[])]
    : [];

/** The same for the same, whatever was chosen first. */
const idOf = ({ ids }: Compared): string => `hopslab-compare-${ids.toSorted().join('.')}`;

const createTab = ({ app, project, list, words }: Context, { ids }: Compared): Tab => {
  const run = (command: string, args: ReadonlyPartialJSONObject): void =>
    void app.commands.execute(command, args);
  const actions = {
    open: (id: string) => {
      run(openCommand, { id });
    },
    tensorboard: (shown: readonly string[]) => {
      run(tensorboardCommand, { ...boardOf(shown) });
    }
  };
  const model = createSeveral(project, list, ids);
  const content = viewOf(
    model,
    several => createElement(SeveralView, { model: several, ...actions }),
    [project.stateChanged],
    words
  );
  const tab = new MainAreaWidget({ content });
  tab.toolbar.hide();
  tab.title.icon = experimentIcon;
  tab.title.label = words.__('Compare %1 experiments', ids.length);
  const name = (): void => {
    tab.title.caption = ids.map(id => list.get(id)?.name ?? words.__('Experiment')).join(', ');
  };
  name();
  model.stateChanged.connect(name);
  return tab;
};

/** The command that puts experiments side by side in a tab, which is back after a reload; answers its tabs. */
export const addComparisons = (context: Context): WidgetTracker<Tab> => {
  const { app, list, restorer, palette, words } = context;
  const tabs = tabsOnce({
    app,
    restorer,
    namespace: 'hopslab-comparisons',
    command: compareCommand,
    idOf,
    create: (compared: Compared) => createTab(context, compared)
  });

  app.commands.addCommand(compareCommand, {
    label: words.__('Compare experiments…'),
    icon: experimentIcon,
    describedBy: {
      args: { type: 'object', properties: { ids: { type: 'array', items: { type: 'string' } } } }
    },
    execute: async args => {
      const given = idsIn(args);
      const chosen =
        'ids' in args
          ? given
          : await chooseSeveral(words, list.items, words.__('Which experiments, side by side?'));
      if (chosen.length === 0) return null;
      if (chosen.length < 2 || chosen.length > mostTogether) {
        Notification.info(words.__('Choose 2 to %1 experiments to compare.', mostTogether));
        return null;
      }
      return tabs.show({ ids: chosen });
    }
  });
  palette?.addItem({ command: compareCommand, category: words.__('Hopslab') });
  return tabs.tracker;
};

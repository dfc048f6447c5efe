import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import {
  IFrame,
  MainAreaWidget,
  Notification,
  showErrorMessage,
  type ICommandPalette,
  type WidgetTracker
} from '@jupyterlab/apputils';
import { roleCan, tensorboard, type experiments } from '@hopslab/schema';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { tabsOnce } from '../../ui/tabs-once.js';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { chooseSeveral } from './experiments.choose.js';
import { experimentIcon } from './experiments.icon.js';
import { TensorboardActs } from './experiments.tensorboard-acts.js';
import { boardOf, isWanted, keyOf, labelOf, type WantedBoard } from './experiments.tensorboard-words.js';
import type { IExperiments } from './experiments.tokens.js';

export const tensorboardCommand = 'hopslab:open-tensorboard';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly list: IExperiments;
  readonly restorer: ILayoutRestorer | null;
  readonly palette: ICommandPalette | null;
  readonly words: Translate;
}

type Tab = MainAreaWidget<IFrame>;

const mostExperiments = 20;

/** Where TensorBoard is for this page; the origin in the answer is the one that we are on. */
const addressOf = async ({ project }: Context, { id, ...body }: WantedBoard): Promise<string> => {
  const p = project.me?.project?.name ?? '';
  const { url } = await project.api.call(tensorboard.openTensorboard, { params: { p, id }, body });
  const { pathname, search } = new URL(url);
  const theme = document.body.dataset['jpThemeLight'] === 'false' ? 'dark' : 'light';
  return `${pathname}${search}&theme=${theme}`;
};

/** Says so where not all trials fit. */
const tellBound = ({ list, words }: Context, { id, trials }: WantedBoard): void => {
  const counts: experiments.Experiment['trialCounts'] | undefined = list.get(id)?.trialCounts;
  if (!counts || trials) return;
  const begun = Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.queued;
  if (begun <= tensorboard.mostTrials) return;
  Notification.info(
    words.__(
      'TensorBoard shows the best %1 of %2 trials. Filter or tick trials to see others.',
      tensorboard.mostTrials,
      begun
    ),
    { autoClose: 8000 }
  );
};

const newTab = (context: Context, wanted: WantedBoard): Tab => {
  const { project, list, words } = context;
  const frame = new IFrame({
    // It is of our own origin, as all that a notebook server serves.
    sandbox: [
      'allow-same-origin',
      'allow-scripts',
      'allow-popups',
      'allow-forms',
      // Its tables offer themselves as files.
      ...(roleCan(project.me?.project?.role ?? 'data_scientist', 'data.export')
        ? (['allow-downloads'] as const)
        : [])
    ]
  });
  const tab = new MainAreaWidget({ content: frame });
  tab.title.label = labelOf(wanted, id => list.get(id)?.name, words);
  tab.title.caption = tab.title.label;
  tab.title.icon = experimentIcon;
  tab.title.closable = true;
  frame.node.querySelector('iframe')?.setAttribute('title', tab.title.label);
  const load = async (): Promise<void> => {
    try {
      frame.url = await addressOf(context, wanted);
    } catch (error) {
      await showErrorMessage(words.__('TensorBoard was not opened'), error as Error);
      tab.dispose();
    }
  };
  const acts = {
    again: () => void load(),
    apart: () => {
      window.open(frame.url, '_blank', 'noopener');
    }
  };
  tab.toolbar.addItem('acts', new ModelWidget(() => createElement(TensorboardActs, acts), [], words));
  void load();
  return tab;
};

/** Asks which experiments; null when the person thinks better of it. */
const choose = async ({ list, words }: Context): Promise<WantedBoard | null> => {
  const title = words.__('Which experiments, in one TensorBoard?');
  const chosen = await chooseSeveral(words, list.items, title);
  return chosen.length > 0 ? boardOf(chosen.slice(0, mostExperiments)) : null;
};

const described = {
  args: {
    type: 'object',
    properties: {
      id: { type: 'string' },
      trials: { type: 'array', items: { type: 'integer' } },
      with: { type: 'array', items: { type: 'object' } }
    }
  }
} as const;

/** The command that opens TensorBoard over an experiment, some of its trials, or several; answers its tabs. */
export const addTensorboard = (context: Context): WidgetTracker<Tab> => {
  const { app, restorer, palette, words } = context;
  const tabs = tabsOnce({
    app,
    restorer,
    namespace: 'hopslab-tensorboards',
    command: tensorboardCommand,
    idOf: (wanted: WantedBoard) => `hopslab-tensorboard-${keyOf(wanted)}`,
    create: wanted => {
      tellBound(context, wanted);
      return newTab(context, wanted);
    }
  });

  app.commands.addCommand(tensorboardCommand, {
    label: words.__('Show experiments in TensorBoard…'),
    icon: experimentIcon,
    describedBy: described,
    execute: async args => {
      const wanted = isWanted(args) ? args : await choose(context);
      return wanted && tabs.show(wanted);
    }
  });
  palette?.addItem({ command: tensorboardCommand, category: words.__('Hopslab') });
  return tabs.tracker;
};

import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  Notification,
  showDialog,
  showErrorMessage,
  type ICommandPalette
} from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import { roleCan, tensorboard, type experiments } from '@hopslab/schema';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { againNotebook, saveAgain } from './experiments.again.js';
import { chooseOne } from './experiments.choose.js';
import { bestAsCode, experimentAsCode, trialAsCode } from './experiments.code.js';
import { trialsAsCsv } from './experiments.csv.js';
import { ensureExample } from './experiments.example.js';
import { experimentIcon } from './experiments.icon.js';
import { endedTrials, hasEnded } from './experiments.order.js';
import { openCommand, type TabActions } from './experiments.tabs.js';
import { openLog } from './experiments.log.js';
import { tensorboardCommand } from './experiments.tensorboard.js';
import type { IExperiments } from './experiments.tokens.js';

const stopCommand = 'hopslab:stop-experiment';
export const exampleCommand = 'hopslab:experiment-example';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly list: IExperiments;
  readonly words: Translate;
}

const owners = ({ members }: IProject): string =>
  members
    .filter(({ role }) => role === 'data_owner')
    .map(({ displayName }) => displayName)
    .join(', ');

/** Why I may not stop it, and who can; null where I may. */
const stopRefusal = (
  { project, list, words }: Context,
  experiment: experiments.Experiment | undefined
): string | null => {
  if (!experiment || list.mayStop(experiment)) return null;
  return words.__(
    'Only data owners may stop the experiments of others: %1 can stop it, or make you a data owner.',
    owners(project)
  );
};

/** Why I may not save all trials as a file, and who can; null where I may. */
const saveRefusal = ({ project, words }: Context): string | null =>
  roleCan(project.me?.project?.role ?? 'data_scientist', 'data.export')
    ? null
    : words.__(
        'Only data owners carry data out of the project; in a notebook the trials are in experiment_result. Ask %1.',
        owners(project)
      );

const stop = async ({ list, words }: Context, experiment: experiments.Experiment): Promise<void> => {
  const left = experiment.planned - endedTrials(experiment);
  const answer = await showDialog({
    title: words.__('Stop %1?', experiment.name),
    body: words._n(
      '%1 trial that has not ended will not be done. What is done is kept.',
      '%1 trials that have not ended will not be done. What is done is kept.',
      left
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: words.__('Stop') })]
  });
  if (!answer.button.accept) return;
  try {
    await list.stop(experiment.id);
  } catch (error) {
    await showErrorMessage(words.__('The experiment was not stopped'), error as Error);
  }
};

/** What buttons of the tabs do. */
export const tabActions = (context: Context): TabActions => ({
  stopRefusal: id => stopRefusal(context, context.list.get(id)),
  stop: id => {
    void context.app.commands.execute(stopCommand, { id });
  },
  copyBest: id => {
    const experiment = context.list.get(id);
    if (!experiment) return;
    Clipboard.copyToSystem(bestAsCode(experiment));
    Notification.success(context.words.__('The best hyperparameters are on the clipboard.'), {
      autoClose: 3000
    });
  },
  copyWhole: id => {
    const experiment = context.list.get(id);
    if (!experiment) return;
    Clipboard.copyToSystem(experimentAsCode(experiment));
    Notification.success(
      context.words.__('The experiment is on the clipboard; paste it below its function.'),
      {
        autoClose: 5000
      }
    );
  },
  saveRefusal: () => saveRefusal(context),
  saveTrials: (id, trials) => {
    const experiment = context.list.get(id);
    if (!experiment) return;
    const address = URL.createObjectURL(
      new Blob([trialsAsCsv(experiment, trials)], { type: 'text/csv;charset=utf-8' })
    );
    const link = document.createElement('a');
    link.href = address;
    link.download = `${experiment.name}.csv`;
    link.click();
    URL.revokeObjectURL(address);
  },
  tensorboard: (id, trials) => {
    const numbers = trials?.map(({ number }) => number).slice(0, tensorboard.mostTrials);
    void context.app.commands.execute(tensorboardCommand, { id, ...(numbers && { trials: numbers }) });
  },
  log: (id, trial) => {
    const experiment = context.list.get(id);
    if (experiment) void openLog(context.app, context.words, experiment, trial);
  },
  again: async (experiment, made) => {
    const { app, words } = context;
    try {
      const { contents } = app.serviceManager;
      const path = await saveAgain(contents, experiment, againNotebook(experiment, made, words));
      await app.commands.execute('docmanager:open', { path });
    } catch (error) {
      await showErrorMessage(words.__('The notebook was not made'), error as Error);
    }
  },
  copyTrial: (id, trial) => {
    const experiment = context.list.get(id);
    if (!experiment) return;
    Clipboard.copyToSystem(trialAsCode(experiment, trial));
    Notification.success(context.words.__('The hyperparameters are on the clipboard.'), { autoClose: 3000 });
  }
});

const describedBy = (argument: 'id' | 'isLauncher'): { args: ReadonlyJSONObject } => ({
  args: { type: 'object', properties: { [argument]: { type: argument === 'id' ? 'string' : 'boolean' } } }
});

export const addExperimentCommands = (
  context: Context & {
    readonly open: (id: string) => unknown;
    readonly current: () => string | null;
    readonly palette: ICommandPalette | null;
    readonly launcher: ILauncher | null;
  }
): void => {
  const { app, list, words, open, current, palette, launcher } = context;
  const category = words.__('Hopslab');

  app.commands.addCommand(openCommand, {
    label: words.__('Open an experiment…'),
    icon: experimentIcon,
    describedBy: describedBy('id'),
    execute: async args => {
      const id = typeof args['id'] === 'string' ? args['id'] : await chooseOne(words, list.items);
      return id === null ? null : open(id);
    }
  });
  app.commands.addCommand(stopCommand, {
    label: words.__('Stop an experiment…'),
    describedBy: describedBy('id'),
    execute: async args => {
      const stoppable = list.items.filter(item => !hasEnded(item) && list.mayStop(item));
      const id =
        typeof args['id'] === 'string' ? args['id'] : (current() ?? (await chooseOne(words, stoppable)));
      const experiment = id === null ? undefined : list.get(id);
      if (experiment && !hasEnded(experiment)) await stop(context, experiment);
    }
  });
  app.commands.addCommand(exampleCommand, {
    label: args =>
      args['isLauncher'] ? words.__('Experiment') : words.__('Open the example of an experiment'),
    caption: words.__('A notebook with an example of a hyperparameter search'),
    icon: experimentIcon,
    describedBy: describedBy('isLauncher'),
    execute: async () => {
      try {
        const path = await ensureExample(app.serviceManager.contents, words);
        return (await app.commands.execute('docmanager:open', { path })) as unknown;
      } catch (error) {
        await showErrorMessage(words.__('The example could not be opened'), error as Error);
        return null;
      }
    }
  });

  for (const command of [openCommand, stopCommand, exampleCommand]) palette?.addItem({ command, category });
  launcher?.add({ command: exampleCommand, category, args: { isLauncher: true }, rank: 0 });
};

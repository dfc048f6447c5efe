import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { experiments, provenance } from '@hopslab/schema';
import type { ISignal } from '@lumino/signaling';
import { createElement, type JSX } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import type { Translate } from '../../ui/index.js';
import { openModelCommand, type IModels } from '../models/models.tokens.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createExperimentDetail, type ExperimentDetail } from './experiments.detail-model.js';
import { ExperimentView, type DetailSettings } from './experiments.detail.js';
import { experimentIcon } from './experiments.icon.js';
import { createProvenanceModel } from './experiments.provenance.js';
import { createRegistering } from './experiments.register.js';
import { createSteering } from './experiments.steering.js';
import type { IExperiments } from './experiments.tokens.js';

export const openCommand = 'hopslab:open-experiment';

export interface TabActions {
  readonly stopRefusal: (id: string) => string | null;
  readonly stop: (id: string) => void;
  readonly copyBest: (id: string) => void;
  readonly copyTrial: (id: string, trial: experiments.Trial) => void;
  readonly copyWhole: (id: string) => void;
  readonly saveRefusal: () => string | null;
  /** Makes a notebook that runs it again, and opens it. */
  readonly again: (experiment: experiments.Experiment, made: provenance.Provenance) => Promise<void>;
  readonly saveTrials: (id: string, trials: readonly experiments.Trial[]) => void;
  /** These trials in TensorBoard, or all of them. */
  readonly tensorboard: (id: string, trials?: readonly experiments.Trial[]) => void;
  /** What a trial has printed. */
  readonly log: (id: string, trial: experiments.Trial) => void;
}

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly list: IExperiments;
  readonly actions: TabActions;
  readonly settings: { readonly current: DetailSettings; readonly changed: ISignal<unknown, void> };
  readonly restorer: ILayoutRestorer | null;
  readonly models: IModels | null;
  readonly words: Translate;
}

type Tab = MainAreaWidget<ModelWidget>;

/** The tabs in the main area, one per experiment, back after a reload. */
export const createExperimentTabs = (
  context: Context
): { open: (id: string) => Tab; current: () => string | null } => {
  const { app, project, list, actions, settings, restorer, words } = context;
  const tracker = new WidgetTracker<Tab>({ namespace: 'hopslab-experiments' });
  const models = new Map<string, ExperimentDetail>();

  const create = (id: string): Tab => {
    const model = createExperimentDetail(project, list, id);
    models.set(id, model);
    const made = createProvenanceModel(project, id);
    const again = async (): Promise<void> => {
      if (model.experiment && made.made) await actions.again(model.experiment, made.made);
    };
    const steering = createSteering(project, list, id);
    const registering = createRegistering(app, words, () => model.experiment);
    const view = (): JSX.Element =>
      createElement(ExperimentView, {
        model,
        list,
        settings: settings.current,
        registered: context.models,
        registering,
        openModel: name => void app.commands.execute(openModelCommand, { name }),
        howMade: { model: made, again },
        stopRefusal: () => actions.stopRefusal(id),
        stop: () => {
          actions.stop(id);
        },
        copyBest: () => {
          actions.copyBest(id);
        },
        copyTrial: trial => {
          actions.copyTrial(id, trial);
        },
        copyWhole: () => {
          actions.copyWhole(id);
        },
        steering,
        saveRefusal: actions.saveRefusal,
        saveTrials: trials => {
          actions.saveTrials(id, trials);
        },
        tensorboard: trials => {
          actions.tensorboard(id, trials);
        },
        log: trial => {
          actions.log(id, trial);
        }
      });
    const changes = [
      model.stateChanged,
      made.stateChanged,
      project.stateChanged,
      settings.changed,
      ...(context.models ? [context.models.stateChanged] : [])
    ];
    const tab = new MainAreaWidget({ content: new ModelWidget(view, changes, words) });
    tab.toolbar.hide();
    tab.id = `hopslab-experiment-${id}`;
    tab.title.icon = experimentIcon;
    const name = (): void => {
      tab.title.label = model.experiment?.name ?? words.__('Experiment');
      tab.title.caption = words.__('Experiment %1', tab.title.label);
    };
    name();
    model.stateChanged.connect(name);
    tab.disposed.connect(() => {
      models.delete(id);
      made.dispose();
      model.dispose();
    });
    return tab;
  };

  tracker.currentChanged.connect((_, tab) => {
    const id = tab && idOf(tab);
    if (id !== null) models.get(id)?.watch();
  });

  const open = (id: string): Tab => {
    const existing = tracker.find(tab => idOf(tab) === id);
    const tab = existing ?? create(id);
    if (!existing) void tracker.add(tab);
    if (!tab.isAttached) app.shell.add(tab, 'main');
    app.shell.activateById(tab.id);
    if (project.watched === undefined) models.get(id)?.watch();
    return tab;
  };

  if (restorer)
    void restorer.restore(tracker, { command: openCommand, args: tab => ({ id: idOf(tab) }), name: idOf });
  return { open, current: () => (tracker.currentWidget ? idOf(tracker.currentWidget) : null) };
};

const idOf = (tab: Tab): string => tab.id.replace('hopslab-experiment-', '');

import type { auth, experiments, notebooks, projects } from '@hopslab/schema';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { Api, ApiProblem } from '../../api/index.js';
import type { Editable } from '../../ui/index.js';

/** One collapsible part of the Hopslab panel. */
export interface ISection {
  /** Stable: the settings remember by it which sections are open. */
  readonly id: string;
  readonly title: string;
  /** Sections stand in the order of their ranks. */
  readonly rank: number;
  /** Its share of the height at first, beside the others’; one by default. */
  readonly share?: number;
  readonly content: Widget;
}

/** The one panel at the left that every domain adds its section to. */
export interface IHopslabPanel {
  /** Adds a section; disposing of the answer takes it out again. The content is disposed of with it. */
  add(section: ISection): IDisposable;
  /** Brings the panel to the front and, if one is named, opens that section. */
  reveal(section?: string): void;
}

export const IHopslabPanel = new Token<IHopslabPanel>(
  '@hopslab/extension:IHopslabPanel',
  'The Hopslab panel at the left: add a section to it.'
);

/** One part of the tab “Project settings”. */
export interface ISettingsSection {
  /** Stable: the tab comes back on it after a reload, and links name it. */
  readonly id: string;
  readonly title: string;
  /** Sections stand in the order of their ranks. */
  readonly rank: number;
  /** Makes what is shown, when the section is first opened; disposed of with the tab. */
  readonly content: () => Widget;
}

/** The tab “Project settings”, which every domain adds its section to. */
export interface IProjectSettings {
  /** Adds a section; disposing of the answer takes it out again. */
  add(section: ISettingsSection): IDisposable;
  /** Opens the tab and, if one is named, shows that section. */
  open(section?: string): void;
}

export const IProjectSettings = new Token<IProjectSettings>(
  '@hopslab/extension:IProjectSettings',
  'The tab “Project settings”: add a section to it.'
);

/** What happens in the project, as it happens. */
export interface ProjectEvents {
  readonly journal: projects.JournalEvent;
  readonly experiment: experiments.Experiment;
  readonly trial: experiments.Trial & { readonly experiment: string };
  readonly 'notebook-server': notebooks.NotebookServer;
}

/**
 * `starting` until the first answer, `live` while events arrive, `waiting` while the connection is being made
 * again, `refused` when it will not come back by itself (`problem` says why).
 */
export type LinkState = 'starting' | 'live' | 'waiting' | 'refused';

/** The project that this JupyterLab works in, and its live connection: one per page. */
export interface IProject extends IDisposable {
  /** Settled once it is known who we are, however often that has to be asked; never rejects. */
  readonly known: Promise<undefined>;
  readonly me: auth.Me | null;
  readonly project: projects.Project | null;
  readonly members: readonly projects.Member[];
  readonly server: notebooks.NotebookServer | null;
  /** The project's page on the hub. */
  readonly hubPage: string | null;
  readonly link: LinkState;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  /** Events may have been missed: what is shown has to be fetched again. */
  readonly missed: ISignal<unknown, void>;
  readonly api: Api;

  on<K extends keyof ProjectEvents>(kind: K, listener: (event: ProjectEvents[K]) => void): IDisposable;
  /** The one experiment whose trials come live. */
  readonly watched: string | undefined;
  watch(experiment: string): void;
  /** Tries again after a refusal or a failed start. */
  retry(): void;
  /** The description; both reject with an `ApiProblem`. */
  readonly description: Editable;
  /** Stops my notebook server, which ends this JupyterLab. */
  stopServer(): Promise<void>;
}

export const IProject = new Token<IProject>(
  '@hopslab/extension:IProject',
  'The project this JupyterLab works in: who I am in it, its members, its events.'
);

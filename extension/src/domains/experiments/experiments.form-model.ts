import { quota, type notebooks } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IProject } from '../projects/projects.tokens.js';
import { draftOf, formOf, type Draft, type ParameterDraft } from './experiments.draft.js';
import { ProgramProblem, type Fault, type Found, type Programs, type Run } from './experiments.programs.js';

/** Milliseconds without a change after which the form is judged, and between two looks at a run. */
const calm = 400;
const look = 1000;

/** The form of one program. */
export interface FormModel extends IDisposable {
  readonly path: string;
  readonly found: Found | null;
  readonly draft: Draft | null;
  /** Of the form as it was judged last. */
  readonly faults: readonly Fault[];
  /** What the notebook server could not do, in words. */
  readonly problem: string | null;
  readonly run: Run | null;
  readonly isLaunching: boolean;
  readonly quota: quota.Quota | null;
  readonly resources: notebooks.NotebookServer['resources'] | null;
  readonly stateChanged: ISignal<unknown, void>;
  /** Reads the program again, as it is saved now. */
  readonly load: () => Promise<void>;
  readonly choose: (name: string) => void;
  readonly change: (some: Partial<Draft>) => void;
  readonly changeParameter: (name: string, some: Partial<ParameterDraft>) => void;
  readonly launch: () => Promise<void>;
}

interface Deps {
  readonly project: IProject;
  readonly programs: Programs;
  readonly path: string;
  /** The run's experiment is there. */
  readonly onExperiment: (id: string) => void;
}

const isOver = ({ state }: Run): boolean => state !== 'starting' && state !== 'running';

export const createFormModel = ({ project, programs, path, onExperiment }: Deps): FormModel => {
  const stateChanged = new Signal<object, void>({});
  let found: Found | null = null;
  let draft: Draft | null = null;
  let faults: readonly Fault[] = [];
  let problem: string | null = null;
  let run: Run | null = null;
  let launching = false;
  let known: quota.Quota | null = null;
  let disposed = false;
  let judging: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;

  const told = (): void => {
    if (!disposed) stateChanged.emit();
  };

  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      problem = null;
      await act();
    } catch (error) {
      problem = error instanceof ProgramProblem ? error.message : String(error);
    }
    told();
  };

  const judge = (): void => {
    clearTimeout(judging);
    judging = setTimeout(() => {
      const judged = draft;
      if (judged === null) return;
      void attempt(async () => {
        const seen = await programs.check(formOf(judged));
        if (judged === draft) faults = seen;
      });
    }, calm);
  };

  const follow = (begun: Run): void => {
    run = begun;
    told();
    clearTimeout(looking);
    if (isOver(begun) || disposed) return;
    looking = setTimeout(() => {
      void programs
        .stand(begun.id)
        .catch(() => begun) // the next look will tell
        .then(next => {
          if (next.experiment && next.experiment !== begun.experiment) onExperiment(next.experiment);
          follow(next);
        });
    }, look);
  };

  /** What began here before and nobody has seen fail: a page may have been closed meanwhile. */
  const takeUp = async (): Promise<void> => {
    const last = (await programs.runs()).find(one => one.path === path);
    if (last && (!isOver(last) || (last.state === 'failed' && !last.experiment))) follow(last);
  };

  const fetchQuota = async (): Promise<void> => {
    await project.known;
    const p = project.me?.project?.name;
    if (p === undefined) return;
    known = await project.api.call(quota.getQuota, { params: { p } });
    told();
  };

  const choose = (name: string): void => {
    const chosen = found?.functions.find(one => one.name === name);
    if (!chosen) return;
    draft = draftOf(path, chosen);
    faults = [];
    told();
    judge();
  };

  const model: FormModel = {
    path,
    get found() {
      return found;
    },
    get draft() {
      return draft;
    },
    get faults() {
      return faults;
    },
    get problem() {
      return problem;
    },
    get run() {
      return run;
    },
    get isLaunching() {
      return launching;
    },
    get quota() {
      return known;
    },
    get resources() {
      return project.server?.resources ?? null;
    },
    stateChanged,
    load: () =>
      attempt(async () => {
        found = await programs.find(path);
        const first = found.functions.find(({ name }) => name === draft?.function) ?? found.functions[0];
        if (first) choose(first.name);
        else draft = null;
      }),
    choose,
    change: some => {
      if (draft === null) return;
      draft = { ...draft, ...some };
      told();
      judge();
    },
    changeParameter: (name, some) => {
      if (draft === null) return;
      model.change({
        parameters: draft.parameters.map(one => (one.name === name ? { ...one, ...some } : one))
      });
    },
    launch: async () => {
      const asked = draft;
      if (asked === null || launching || (run !== null && !isOver(run))) return;
      launching = true;
      told();
      await attempt(async () => {
        const begun = await programs.run(formOf(asked));
        if ('id' in begun) follow(begun);
        else faults = begun;
      });
      launching = false;
      told();
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      clearTimeout(judging);
      clearTimeout(looking);
      Signal.clearData(stateChanged);
    }
  };
  void model.load();
  void takeUp().catch(() => undefined); // the form is of use without it
  void fetchQuota().catch(() => undefined);
  return model;
};

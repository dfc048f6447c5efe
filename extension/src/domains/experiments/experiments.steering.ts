import { experiments, steering as contract, roleCan } from '@hopslab/schema';
import type { Editable } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { IExperiments } from './experiments.tokens.js';

/** What people do to an experiment while it runs, and what they write on it. Each rejects with an `ApiProblem`. */
export interface Steering {
  readonly pause: () => Promise<void>;
  readonly goOn: () => Promise<void>;
  readonly stopAfterRunning: () => Promise<void>;
  readonly stopTrial: (number: number) => Promise<void>;
  /** The same key again adds the point once. */
  readonly addTrial: (params: experiments.Trial['params'], key: string) => Promise<void>;
  readonly tags: Editable;
  readonly note: Editable;
  /** Everybody in the project may write; a project that is archived takes nothing. */
  readonly mayWrite: boolean;
}

const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map(tag => tag.trim())
      .filter(tag => tag !== '')
  )
];

export const createSteering = (project: IProject, list: IExperiments, id: string): Steering => {
  const where = () => ({ params: { p: project.me?.project?.name ?? '', id } });
  const order = async (endpoint: typeof contract.pauseExperiment): Promise<void> => {
    list.take(await project.api.call(endpoint, where()));
  };
  const written = (
    textOf: (experiment: experiments.Experiment) => string,
    change: (text: string) => { tags?: string[]; note?: string }
  ): Editable => ({
    read: async () => {
      const { answer, tag } = await project.api.tagged(experiments.getExperiment, where());
      list.take(answer);
      return { text: textOf(answer), tag };
    },
    save: async (text, ifMatch) => {
      const asked = { ...where(), body: change(text) };
      list.take(await project.api.call(contract.annotateExperiment, asked, { ifMatch }));
    }
  });
  return {
    pause: () => order(contract.pauseExperiment),
    goOn: () => order(contract.continueExperiment),
    stopAfterRunning: async () => {
      const asked = { ...where(), query: { after: 'running' as const } };
      list.take(await project.api.call(experiments.stopExperiment, asked));
    },
    stopTrial: async n => {
      const { params } = where();
      await project.api.call(contract.stopTrial, { params: { ...params, n } });
    },
    addTrial: async (params, idempotencyKey) => {
      await project.api.call(contract.enqueueTrial, { ...where(), body: { params } }, { idempotencyKey });
    },
    tags: written(
      ({ tags }) => tags.join(', '),
      text => ({ tags: tagsOf(text) })
    ),
    note: written(
      ({ note }) => note,
      note => ({ note })
    ),
    get mayWrite() {
      const { me } = project;
      return me?.project ? roleCan(me.project.role, 'experiment.annotate') : false;
    }
  };
};

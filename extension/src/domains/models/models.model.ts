import { models, roleCan } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { IModels } from './models.tokens.js';

const limit = 1000;

/** Hears what changes models: what is registered and deleted, and what becomes of their files. */
const listening =
  (project: IProject) =>
  (reload: () => void): IDisposable =>
    project.on('journal', ({ action, asset }) => {
      if (action.startsWith('model.') || action.startsWith('trash.') || /^(file|folder):Models\//.test(asset))
        reload();
    });

const paramsOf = (project: IProject): { p: string } | undefined => {
  const p = project.me?.project?.name;
  return p === undefined ? undefined : { p };
};

export const createModelsModel = (project: IProject): IModels => {
  const { api, known, missed } = project;
  let isCut = false;
  const list = createReloaded({
    known,
    missed,
    listen: listening(project),
    fetch: async () => {
      const params = paramsOf(project);
      const page = params && (await api.call(models.listModels, { params, query: { limit } }));
      isCut = page !== undefined && page.nextCursor !== null;
      return page?.items;
    }
  });
  return Object.defineProperties(list, {
    isCut: { get: () => isCut },
    of: {
      value: async (experiment: string) => {
        const params = paramsOf(project);
        if (!params) return [];
        return (await api.call(models.listModels, { params, query: { limit, experiment } })).items;
      }
    }
  }) as IModels;
};

/** The versions of one model, newest first. */
export interface ModelDetail extends Reloaded<readonly models.ModelVersion[]> {
  readonly name: string;
  /** Rejects with an `ApiProblem`. */
  remove(version: models.ModelVersion): Promise<void>;
  /** Whether I have the right to: my own, or anybody's as data owner. */
  mayRemove(version: models.ModelVersion): boolean;
}

export const createModelDetail = (project: IProject, name: string): ModelDetail => {
  const { api, known, missed } = project;
  const detail = createReloaded({
    known,
    missed,
    listen: listening(project),
    fetch: async () => {
      const params = paramsOf(project);
      if (!params) return undefined;
      const query = { limit };
      return (await api.call(models.listModelVersions, { params: { ...params, name }, query })).items;
    }
  });
  return Object.assign(detail, {
    name,
    remove: async ({ version }: models.ModelVersion) => {
      const params = paramsOf(project);
      if (params) await api.call(models.deleteModel, { params: { ...params, name, version } });
      await detail.reload();
    },
    mayRemove: ({ createdBy }: models.ModelVersion) =>
      createdBy === project.me?.user.name ||
      roleCan(project.me?.project?.role ?? 'data_scientist', 'model.delete-others')
  });
};

import { ApiProblem } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { Loading } from './experiments.tokens.js';

/** Loads from the API, and keeps how that stands; a load that fails takes nothing away that was loaded before. */
export const createLoading = (project: IProject, changed: () => void) => {
  let state: Loading = 'loading';
  let problem: ApiProblem | null = null;
  let given = false;
  return {
    get state(): Loading {
      return state;
    },
    get problem(): ApiProblem | null {
      return problem;
    },
    /** Runs `work` once the project is known; its name is handed in. */
    async attempt(work: (p: string) => Promise<void>): Promise<void> {
      await project.known;
      const name = project.me?.project?.name;
      if (name === undefined || given) return;
      try {
        await work(name);
        state = 'ready';
        problem = null;
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        problem = error;
        if (state === 'loading') state = 'failed';
      }
      changed();
    },
    /** Nothing is loaded any more. */
    giveUp(): void {
      given = true;
    }
  };
};

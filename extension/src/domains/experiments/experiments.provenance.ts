import { provenance } from '@hopslab/schema';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';
import { ApiProblem } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** What an experiment is made of, fetched when somebody asks. */
export interface ProvenanceModel extends IDisposable {
  readonly made: provenance.Provenance | null;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  readonly load: () => Promise<provenance.Provenance | null>;
}

export const createProvenanceModel = (project: IProject, id: string): ProvenanceModel => {
  const stateChanged = new Signal<object, void>({});
  let made: provenance.Provenance | null = null;
  let problem: ApiProblem | null = null;
  let disposed = false;
  return {
    get made() {
      return made;
    },
    get problem() {
      return problem;
    },
    stateChanged,
    load: async () => {
      const p = project.me?.project?.name;
      if (p === undefined) return null;
      try {
        made = await project.api.call(provenance.getProvenance, { params: { p, id } });
        problem = null;
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        problem = error;
      }
      if (!disposed) stateChanged.emit();
      return problem === null ? made : null;
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      Signal.clearData(stateChanged);
    }
  };
};

import { egress, roleCan } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** Milliseconds: what is carried is told to nobody as it happens. */
const every = 15_000;

export interface EgressState {
  readonly enabled: boolean;
  /** Of the last 30 days; null for who may not see it. */
  readonly use: readonly egress.EgressUse[] | null;
}

export interface EgressModel extends Reloaded<EgressState> {
  /** Asks for the switch, which then waits for a click on the hub: rejects with a `HeldAct`, or with an `ApiProblem`. */
  ask(enabled: boolean): Promise<void>;
}

/** Whether the project's data owners reach the internet, and what they carried. */
export const createEgressModel = (project: IProject): EgressModel => {
  const { api, known, missed } = project;
  const model = createReloaded<EgressState>({
    known,
    missed,
    every,
    fetch: async () => {
      const mine = project.me?.project;
      if (!mine) return undefined;
      const params = { p: mine.name };
      const [{ enabled }, use] = await Promise.all([
        api.call(egress.getEgress, { params }),
        roleCan(mine.role, 'audit.view') ? api.call(egress.getEgressUse, { params, query: {} }) : null
      ]);
      return { enabled, use: use?.items ?? null };
    },
    listen: reload =>
      project.on('journal', ({ action }) => {
        if (action.startsWith('egress.')) reload();
      })
  });
  return Object.assign(model, {
    ask: async (enabled: boolean) => {
      const mine = project.me?.project;
      if (mine) await api.call(egress.putEgress, { params: { p: mine.name }, body: { enabled } });
      await model.reload();
    }
  });
};

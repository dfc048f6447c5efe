import type { ProjectAction } from '@hopslab/schema';
import {
  byRole,
  granted,
  isGranted,
  refused,
  type AssetRights,
  type Person,
  type Verdict
} from '../../platform/verdict.js';

/** Whoever began an experiment stops it, and who may stop others'; only its own driver reports on it. */
export const canOnExperiment = (who: Person, action: ProjectAction, createdBy: string): Verdict => {
  const own = who.user === createdBy;
  switch (action) {
    case 'experiment.stop': {
      if (own) return granted('creator');
      const verdict = byRole(who, 'experiment.stop-others');
      return isGranted(verdict)
        ? verdict
        : refused('experiment.stop-others', `${createdBy} began this experiment.`);
    }
    case 'experiment.report':
      return own
        ? granted('creator')
        : refused(
            action,
            `only ${createdBy}, who began the experiment, reports on it.`,
            'Begin one of your own.'
          );
    default:
      return byRole(who, action);
  }
};

export const rightsOnExperiment = (createdBy: string): AssetRights => ({
  actions: ['experiment.view', 'experiment.stop', 'experiment.report'],
  can: (who, action) => canOnExperiment(who, action, createdBy)
});

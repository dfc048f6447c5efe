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

/** Whoever registered a version writes it anew and deletes it, and who may delete others'. */
export const canOnModel = (who: Person, action: ProjectAction, createdBy: string): Verdict => {
  if (action !== 'model.register' && action !== 'model.delete') return byRole(who, action);
  if (who.user === createdBy) return granted('creator');
  const verdict = byRole(who, 'model.delete-others');
  return isGranted(verdict)
    ? verdict
    : refused('model.delete-others', `${createdBy} registered this version.`);
};

export const rightsOnModel = (createdBy: string): AssetRights => ({
  actions: ['model.view', 'model.register', 'model.delete'],
  can: (who, action) => canOnModel(who, action, createdBy)
});

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

/** What can be done in a project as a whole is told by the role. */
export const canInProject = (who: Person, action: ProjectAction): Verdict => byRole(who, action);

/** Who manages members manages any of them; everybody leaves for themselves only. */
export const canOnMember = (who: Person, action: ProjectAction, member: string): Verdict => {
  if (action !== 'members.leave') return byRole(who, action);
  return who.user === member
    ? granted('self')
    : refused(action, `${member} leaves the project by their own act; you can leave it yourself.`);
};

/** Who manages members may remove one, and everybody themselves. */
export const canRemove = (who: Person, member: string): Verdict => {
  const leaving = canOnMember(who, 'members.leave', member);
  return isGranted(leaving) ? leaving : canOnMember(who, 'members.manage', member);
};

const ofProject: readonly ProjectAction[] = [
  'project.view',
  'project.update',
  'project.archive',
  'project.delete',
  'services.manage',
  'members.view',
  'members.manage',
  'dataset.view',
  'dataset.create',
  'dataset.update',
  'share.manage',
  'data.import',
  'data.export',
  'program.upload',
  'program.download',
  'notebook.run',
  'experiment.run',
  'experiment.stop-others',
  'quota.divide',
  'quota.ask',
  'egress.use',
  'egress.manage',
  'audit.view'
];
const ofMember: readonly ProjectAction[] = ['members.view', 'members.manage', 'members.leave'];

export const rightsOnProject: AssetRights = { actions: ofProject, can: canInProject };

export const rightsOnMember = (member: string): AssetRights => ({
  actions: ofMember,
  can: (who, action) => canOnMember(who, action, member)
});

import { roleCan, type Grant, type ProjectAction, type Role } from '@hopslab/schema';
import { problem } from './problem.js';

/** A member, as policies see one. */
export interface Person {
  readonly user: string;
  readonly role: Role;
}

/** What a policy says: by which grant somebody may, or which right is missing, why, and who can help. */
export type Verdict =
  { readonly by: Grant } | { readonly missing: ProjectAction; readonly why: string; readonly help: string };

export const granted = (by: Grant): Verdict => ({ by });

export const isGranted = (verdict: Verdict): verdict is { readonly by: Grant } => 'by' in verdict;

const owners = 'A data owner of the project can do it, or make you one.';

export const refused = (missing: ProjectAction, why: string, help = owners): Verdict => ({
  missing,
  why,
  help
});

/** What the role alone gives; where it does not, policies may know of another grant. */
export const byRole = ({ role }: Pick<Person, 'role'>, action: ProjectAction): Verdict =>
  roleCan(role, action)
    ? granted('role')
    : refused(action, `your role in the project is ${role.replace('_', ' ')}.`);

/** Goes on where it is granted; else says which right is missing, why, and who can help. */
export const demand = (verdict: Verdict): void => {
  if (isGranted(verdict)) return;
  const { missing, why, help } = verdict;
  throw problem('access.denied', `You lack the right ${missing}: ${why} ${help}`);
};

/** The rights on one asset: which there are, and who has them. */
export interface AssetRights {
  readonly actions: readonly ProjectAction[];
  can(who: Person, action: ProjectAction): Verdict;
}

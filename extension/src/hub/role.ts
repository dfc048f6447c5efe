import type { projects } from '@hopslab/schema';
import type { Translate } from '../ui/index.js';

export type Role = projects.Member['role'];

export const roleName = (words: Translate, role: Role): string =>
  role === 'data_owner' ? words.__('Data owner') : words.__('Data scientist');

/** Why a data scientist may not, and who can help; `null` for a data owner. */
export const ownersOnly = (
  words: Translate,
  role: Role,
  members: readonly projects.Member[]
): string | null => {
  if (role === 'data_owner') return null;
  const owners = members.filter(member => member.role === 'data_owner').map(member => member.displayName);
  return words.__('Only data owners may do this. Ask %1.', owners.join(', '));
};

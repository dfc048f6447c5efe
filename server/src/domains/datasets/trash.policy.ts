import type { datasets as contract } from '@hopslab/schema';
import { byRole, isGranted, refused, type Person, type Verdict } from '../../platform/verdict.js';
import { canCarryFolder } from './datasets.policy.js';
import { canCarryAt } from './shares.policy.js';

/** What of something in the trash its rights depend on. */
export interface KeptFacts {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** All of it is programs. */
  readonly programs: boolean;
}

/** Bringing something back, or removing it for good: whoever may delete it where it was. */
export const canChangeKept = (
  who: Pick<Person, 'role'>,
  was: contract.Dataset,
  { programs, path }: KeptFacts
): Verdict => {
  const verdict = canCarryAt(who, 'in', was, path);
  if (was.sharedBy !== undefined || isGranted(byRole(who, 'data.import'))) return verdict;
  if (programs) return byRole(who, 'program.upload');
  return refused(
    'data.import',
    'it is data, and of what is in the trash a data scientist has only programs.'
  );
};

/** Whether it may come to a place: as if it were carried in there. */
export const canBringTo = (
  who: Pick<Person, 'role'>,
  to: contract.Dataset,
  path: string,
  { kind, programs }: KeptFacts
): Verdict =>
  kind === 'folder' && programs && to.sharedBy === undefined
    ? canCarryFolder(who, [to.name], undefined)
    : canCarryAt(who, 'in', to, path);

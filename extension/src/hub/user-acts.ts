import type { admin } from '@hopslab/schema';
import type { Translate } from '../ui/index.js';

/** What an administrator can do about a user. */
export type Act = 'lock' | 'unlock' | 'sign-out' | 'reset-password' | 'make-admin' | 'unmake-admin';

export interface ActWords {
  readonly title: string;
  readonly act: string;
  /** What will happen, and to whom. */
  readonly says: string;
  readonly danger: boolean;
}

export const actsFor = ({ locked, admin }: admin.Account): readonly Act[] => [
  'reset-password',
  'sign-out',
  admin ? 'unmake-admin' : 'make-admin',
  locked ? 'unlock' : 'lock'
];

export const actWords = (act: Act, { displayName: who }: admin.Account, words: Translate): ActWords => {
  switch (act) {
    case 'lock':
      return {
        title: words.__('Lock %1 out?', who),
        act: words.__('Lock'),
        says: words.__(
          'Every sign-in of %1 ends now, and so do their notebook servers, experiments and executors; what notebooks hold in memory is lost. Their access tokens are revoked for good, and their devices are refused until you unlock them. Their files and memberships stay.',
          who
        ),
        danger: true
      };
    case 'unlock':
      return {
        title: words.__('Let %1 in again?', who),
        act: words.__('Unlock'),
        says: words.__(
          '%1 may sign in again, with the password, the devices and the memberships they had. Access tokens they make anew.',
          who
        ),
        danger: false
      };
    case 'sign-out':
      return {
        title: words.__('End every sign-in of %1?', who),
        act: words.__('End sign-ins'),
        says: words.__(
          '%1 is signed out of every browser and program now, and may sign in again. What they run goes on.',
          who
        ),
        danger: true
      };
    case 'reset-password':
      return {
        title: words.__('Give %1 a one-time password?', who),
        act: words.__('Reset password'),
        says: words.__(
          'You are shown it once, to hand it over to %1, who signs in with it within seven days, by choosing another. Their devices are revoked, and their password, sign-ins and access tokens end now; what they run goes on.',
          who
        ),
        danger: true
      };
    case 'make-admin':
      return {
        title: words.__('Make %1 an administrator?', who),
        act: words.__('Make administrator'),
        says: words.__(
          '%1 will manage users, quotas and services, and can make others administrators or take it from them, you among them.',
          who
        ),
        danger: false
      };
    case 'unmake-admin':
      return {
        title: words.__('Take the administrator’s rights from %1?', who),
        act: words.__('Make an ordinary user'),
        says: words.__('%1 keeps their projects. Another administrator can make them one again.', who),
        danger: true
      };
  }
};

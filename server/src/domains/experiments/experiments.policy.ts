import { roleCan, type Role } from '@hopslab/schema';

interface Person {
  readonly user: string;
  readonly role: Role;
}

/** Whoever began an experiment may stop it, and who may stop others'. */
export const canStop = ({ user, role }: Person, createdBy: string): boolean =>
  user === createdBy || roleCan(role, 'experiment.stop-others');

/** Only the driver's own projectUser reports on it. */
export const canReport = ({ user }: Person, createdBy: string): boolean => user === createdBy;

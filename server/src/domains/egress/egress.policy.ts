import { byRole, type Person, type Verdict } from '../../platform/verdict.js';

/** The internet is the data owners’: whatever reaches it can carry data out. */
export const canEgress = (who: Pick<Person, 'role'>): Verdict => byRole(who, 'egress.use');

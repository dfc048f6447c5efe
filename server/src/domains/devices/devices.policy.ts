import { deviceCan, roleCan, type Role } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';

/** Everybody sees and revokes their own devices, a data owner those of all members; a device none but its person's. */
export const mayManage = (actor: Pick<Actor, 'user' | 'channel'>, role: Role, owner: string): boolean =>
  actor.user.name === owner || managesAll(actor, role);

export const managesAll = (actor: Pick<Actor, 'channel'>, role: Role): boolean =>
  actor.channel === 'device' ? deviceCan(role, 'device.manage') : roleCan(role, 'device.manage');

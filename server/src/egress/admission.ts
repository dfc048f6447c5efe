import { canEgress } from '../domains/egress/egress.policy.js';
import type { Door } from '../domains/egress/egress.store.js';
import { isGranted } from '../platform/verdict.js';
import { Refusal } from './refusal.js';

/** The sandbox is none any more, or its user is no member. */
export const over = (): Refusal =>
  new Refusal(403, 'you are not a member of the project any more, or your notebook server has ended', 'role');

/** Why a sandbox may not reach the internet as things are; undefined where it may. */
export const whyNot = (door: Door | undefined): Refusal | undefined => {
  if (!door?.role || door.locked) return over();
  if (!isGranted(canEgress({ role: door.role })))
    return new Refusal(
      403,
      'you lack the right egress.use: your role is data scientist; a data owner of the project can do it, or make you one',
      'role'
    );
  if (door.archived) return new Refusal(403, 'the project is archived', 'archived');
  if (!door.enabled)
    return new Refusal(
      403,
      'the project has no internet egress; a data owner can switch it on in the settings of the project',
      'off'
    );
  return undefined;
};

/** Goes on where it may. */
export const demand = (door: Door | undefined): void => {
  const why = whyNot(door);
  if (why) throw why;
};

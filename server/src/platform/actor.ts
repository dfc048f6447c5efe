import type { Channel, Role } from '@hopslab/schema';

/** A person's membership of the project that the request names. */
export interface Membership {
  readonly project: string;
  readonly role: Role;
}

/** Who makes a request, and by which way it came in. */
export interface Actor {
  readonly user: { readonly name: string; readonly displayName: string; readonly admin: boolean };
  readonly channel: Channel;
  /** The hub session behind it; null for a sandbox. */
  readonly session: string | null;
  /** The one project this credential acts in (notebook, sandbox), or the one that the address names. */
  readonly member: Membership | null;
}

/** The identity a person acts under in a project. */
export const projectUserOf = (project: string, user: string): string => `${project}__${user}`;

/** How the journal names an actor. */
export const nameOf = (actor: Actor): string =>
  actor.member ? projectUserOf(actor.member.project, actor.user.name) : actor.user.name;

import type { audit, Channel, Role, Scope, Service } from '@hopslab/schema';

/** A person's membership of the project that the request names. */
export interface Membership {
  readonly project: string;
  readonly role: Role;
}

/** A membership as it is now, and what its project's state allows. */
export interface Standing {
  readonly role: Role;
  readonly archived: boolean;
  /** Whether an administrator has locked the person out. */
  readonly locked: boolean;
  readonly services: readonly Service[];
}

/** Whom the journal names: who did it, and by which way it came in. */
export interface Author {
  readonly user: { readonly name: string };
  readonly channel: audit.WayIn;
  /** The one project this credential acts in (notebook, sandbox), or the one that the address names. */
  readonly member: Membership | null;
  /** The device whose certificate it is. */
  readonly device?: string;
  /** The personal access token that it came in by: its id. */
  readonly accessToken?: string;
  /** Where the request came from, and the number by which the answer and the log name it; null without a request. */
  readonly address: string | null;
  readonly requestId: string | null;
}

/** Who makes a request. */
export interface Actor extends Author {
  readonly user: { readonly name: string; readonly displayName: string; readonly admin: boolean };
  readonly channel: Channel;
  /** The hub session behind it; null for a sandbox. */
  readonly session: string | null;
  /** What of its person's rights a personal access token has; whoever comes in by another way has all. */
  readonly scopes?: readonly Scope[];
}

const byItself = (name: string, channel: audit.WayIn): Author => ({
  user: { name },
  channel,
  member: null,
  address: null,
  requestId: null
});

// No user can have these names: they hold what names may not.

/** The platform itself: what a reconciler found or did. */
export const platform = byItself('(platform)', 'platform');

/** Whoever has the machine's own command line. */
export const commandLine = byItself('(command line)', 'command line');

/** Somebody who has not said who they are. */
export const nobody = '(anonymous)';

/** The identity a person acts under in a project. */
export const projectUserOf = (project: string, user: string): string => `${project}__${user}`;

/** A member as policies see one; only endpoints of a project have one. */
export const personOf = ({
  user,
  member
}: Pick<Author, 'user' | 'member'>): { readonly user: string; readonly role: Role } => {
  if (!member) throw new Error('rights in a project are a member’s');
  return { user: user.name, role: member.role };
};

/** The same, or the device that acts as them. */
export const identityOf = ({ user, member, device }: Author): string | null => {
  if (!member) return null;
  const projectUser = projectUserOf(member.project, user.name);
  return device === undefined ? projectUser : `${projectUser}__${device}`;
};

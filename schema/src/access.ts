/** What a member may be in a project. */
export const roles = ['data_owner', 'data_scientist'] as const;
export type Role = (typeof roles)[number];

/** Rights inside a project and the roles that have them: domain's table, word for word. */
export const projectActions = {
  'project.view': ['data_owner', 'data_scientist'],
  'project.update': ['data_owner'],
  'members.view': ['data_owner', 'data_scientist'],
  'members.manage': ['data_owner'],
  'dataset.view': ['data_owner', 'data_scientist'],
  'dataset.create': ['data_owner'],
  'program.upload': ['data_owner', 'data_scientist'],
  'program.download': ['data_owner', 'data_scientist'],
  'data.import': ['data_owner'],
  'data.export': ['data_owner'],
  'notebook.run': ['data_owner', 'data_scientist'],
  'lease.view': ['data_owner', 'data_scientist'],
  'quota.divide': ['data_owner'],
  'quota.ask': ['data_owner'],
  'experiment.view': ['data_owner', 'data_scientist'],
  'experiment.run': ['data_owner', 'data_scientist'],
  'experiment.stop-others': ['data_owner'],
  'audit.view': ['data_owner']
} as const satisfies Record<string, readonly Role[]>;
export type ProjectAction = keyof typeof projectActions;

/** Rights on the platform: `user` is anybody signed in as a person, `admin` the platform's administrators. */
export const platformActions = {
  'self.view': 'user',
  'project.list': 'user',
  'project.create': 'user',
  'user.search': 'user',
  'user.manage': 'admin',
  'audit.view-platform': 'admin',
  'quota.manage': 'admin'
} as const;
export type PlatformAction = keyof typeof platformActions;

/**
 * How a request may come in.
 * - `hub`: a browser's session on the hub;
 * - `token`: a bearer token;
 * - `notebook`: a browser on a notebook origin, acting as one projectUser;
 * - `sandbox`: a sandbox's own socket, acting as one projectUser.
 */
export const channels = ['hub', 'token', 'notebook', 'sandbox'] as const;
export type Channel = (typeof channels)[number];

/** Who may call an endpoint. To forget it does not compile; `public` has to be written. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'platform'; readonly action: PlatformAction; readonly channels: readonly Channel[] }
  | {
      readonly kind: 'project';
      readonly action: ProjectAction;
      readonly project: 'p';
      readonly channels: readonly Channel[];
    };

export const everyone: Access = { kind: 'public' };

/** Channels of a person in front of the hub or of a program with the person's token. */
const personal = ['hub', 'token'] as const;

/** An action of a person on the platform; projectUsers are not let in unless `from` says so. */
export const onPlatform = (action: PlatformAction, from: readonly Channel[] = personal): Access => ({
  kind: 'platform',
  action,
  channels: from
});

/** An action in the project that the path names; from every channel unless `from` narrows it. */
export const inProject = (action: ProjectAction, from: readonly Channel[] = channels): Access => ({
  kind: 'project',
  action,
  project: 'p',
  channels: from
});

/** A dangerous act: only from the hub or by a token, never with what a notebook can hold. */
export const inProjectFromHub = (action: ProjectAction): Access => inProject(action, personal);

/** Whether a role has a right. */
export const roleCan = (role: Role, action: ProjectAction): boolean =>
  (projectActions[action] as readonly Role[]).includes(role);

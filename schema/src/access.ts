/** What a member may be in a project. */
export const roles = ['data_owner', 'data_scientist'] as const;
export type Role = (typeof roles)[number];

const everybody = ['data_owner', 'data_scientist'] as const;
const owners = ['data_owner'] as const;

/** Rights inside a project and the roles that have them: domain's table, word for word. */
export const projectActions = {
  'project.view': everybody,
  'project.update': owners,
  'project.archive': owners,
  'project.delete': owners,
  'services.manage': owners,
  'members.view': everybody,
  'members.manage': owners,
  'members.leave': everybody,
  'dataset.view': everybody,
  'dataset.create': owners,
  'dataset.update': owners,
  'dataset.write': owners,
  'share.manage': owners,
  'program.upload': everybody,
  'program.download': everybody,
  'data.import': owners,
  'data.export': owners,
  'notebook.view': everybody,
  'notebook.run': everybody,
  'notebook.stop': everybody,
  'lease.view': everybody,
  'quota.divide': owners,
  'quota.ask': owners,
  'experiment.view': everybody,
  'experiment.run': everybody,
  'experiment.report': everybody,
  'experiment.stop': everybody,
  'experiment.stop-others': owners,
  'experiment.annotate': everybody,
  'model.view': everybody,
  'model.register': everybody,
  'model.delete': everybody,
  'model.delete-others': owners,
  'egress.use': owners,
  'egress.manage': owners,
  'audit.view': owners,
  'device.own': everybody,
  'device.manage': owners
} as const satisfies Record<string, readonly Role[]>;
export type ProjectAction = keyof typeof projectActions;

/**
 * What of its role's rights a device has: an application outside is no person, manages nothing, and where it is a data
 * scientist's it carries no data either way.
 */
const deviceActions: Partial<Record<ProjectAction, readonly Role[]>> = {
  'project.view': everybody,
  'device.own': everybody,
  'dataset.view': owners,
  'program.upload': owners,
  'program.download': owners,
  'data.import': owners,
  'data.export': owners,
  'experiment.view': owners,
  'model.view': owners
};

/**
 * By what somebody may do something: their role, being the one it is about, having begun it, what the asset says, or
 * that another project shares it.
 */
export const grants = ['role', 'self', 'creator', 'built-in', 'editable', 'share'] as const;
export type Grant = (typeof grants)[number];

/** What a project can be without. */
export const services = ['notebooks', 'experiments'] as const;
export type Service = (typeof services)[number];

/** Rights that are good for nothing while the project's service is off: what is there already can be seen and ended. */
const needed: Partial<Record<ProjectAction, Service>> = {
  'notebook.run': 'notebooks',
  'experiment.run': 'experiments'
};

/** The service without which a right is good for nothing. */
export const serviceFor = (action: ProjectAction): Service | undefined => needed[action];

const endings: readonly ProjectAction[] = [
  'project.archive',
  'project.delete',
  'members.manage',
  'members.leave',
  'program.download',
  'data.export',
  'notebook.stop',
  'experiment.report',
  'experiment.stop',
  'device.own'
];

/** Whether a right is good for something in an archived project: it can be looked at, left, and brought to an end. */
export const worksArchived = (action: ProjectAction): boolean =>
  action.endsWith('.view') || endings.includes(action);

/** Rights on the platform: `user` is anybody signed in as a person, `admin` the platform's administrators. */
export const platformActions = {
  'self.view': 'user',
  'account.manage': 'user',
  'project.list': 'user',
  'project.create': 'user',
  'user.search': 'user',
  'public.view': 'user',
  'platform.view': 'admin',
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
 * - `sandbox`: a sandbox's own socket, acting as one projectUser;
 * - `device`: a client certificate on the programs' port, acting in one project with what `deviceCan` leaves.
 */
export const channels = ['hub', 'token', 'notebook', 'sandbox', 'device'] as const;
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

/** Whether a device of somebody with this role has a right. */
export const deviceCan = (role: Role, action: ProjectAction): boolean =>
  deviceActions[action]?.includes(role) ?? false;

/** Whether a role has a right. */
export const roleCan = (role: Role, action: ProjectAction): boolean =>
  (projectActions[action] as readonly Role[]).includes(role);

/** What of its person's rights a personal access token may be given. */
export const scopes = ['read', 'compute', 'manage'] as const;
export type Scope = (typeof scopes)[number];

const reading: readonly string[] = ['project.list', 'user.search', 'program.download', 'data.export'];
const computing: readonly string[] = [
  'program.upload',
  'dataset.write',
  'data.import',
  'notebook.run',
  'notebook.stop',
  'experiment.run',
  'experiment.report',
  'experiment.stop',
  'experiment.stop-others',
  'model.register',
  'model.delete',
  'experiment.annotate',
  'model.delete-others'
];

/** The scope that a right needs: none to be told who one is, and none is enough for the account itself. */
const scopeOf = (action: ProjectAction | PlatformAction): Scope | null => {
  if (action === 'account.manage') return null;
  if (action.endsWith('.view') || reading.includes(action)) return 'read';
  return computing.includes(action) ? 'compute' : 'manage';
};

/** Whether a personal access token with these scopes may use a right of its person. */
export const tokenCan = (given: readonly Scope[], action: ProjectAction | PlatformAction): boolean => {
  const needs = scopeOf(action);
  return action === 'self.view' || (needs !== null && given.includes(needs));
};

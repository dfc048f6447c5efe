import { z } from 'zod';
import {
  grants,
  inProject,
  inProjectFromHub,
  onPlatform,
  projectActions,
  roles,
  services,
  type ProjectAction
} from './access.js';
import { Id, list, Name, Page, ProjectParams, Time } from './common.js';
import { empty, endpoint, events, json } from './endpoint.js';
import { Experiment, Trial } from './experiments.js';
import { NotebookServer } from './notebooks.js';
import { Lease } from './quota.js';

export const Role = z.enum(roles);
export const Service = z.enum(services);

export const Project = z
  .strictObject({
    name: Name,
    description: z.string(),
    role: Role,
    /** An archived project can be looked at, not worked in. */
    state: z.enum(['active', 'archived']),
    services: z.array(Service),
    members: z.int(),
    createdAt: Time
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

const Part = z.strictObject({ used: z.number(), limit: z.number().nullable() });

/** A project with when something last changed in it, and what is held now of what it may hold. */
export const ListedProject = Project.extend({
  use: z
    .strictObject({ changedAt: Time.nullable(), cores: Part, memory: Part, bytes: Part })
    .meta({ id: 'ProjectUse' })
    .optional()
}).meta({ id: 'ListedProject' });
export type ListedProject = z.infer<typeof ListedProject>;

export const Member = z
  .strictObject({ user: Name, displayName: z.string(), role: Role, since: Time })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

/** What tells one state of a project, and of a membership, from another. */
const projectVersion = ({ description, state, services: on }: Project): unknown => [description, state, on];
const memberVersion = ({ user, role, since }: Member): unknown => [user, role, since];

const Description = z.string().max(500, 'at most 500 characters');
const MemberParams = z.strictObject({ p: Name, user: Name });

export const listProjects = endpoint({
  id: 'listProjects',
  method: 'GET',
  path: '/projects',
  summary: 'The projects I am a member of; with what is used of each where that is asked for',
  access: onPlatform('project.list'),
  query: Page.extend({ with: z.enum(['use']).optional() }),
  reply: json(list(ListedProject)),
  problems: []
});

export const createProject = endpoint({
  id: 'createProject',
  method: 'POST',
  path: '/projects',
  summary: 'Create a project; the caller becomes its data owner and the built-in datasets exist at once',
  access: onPlatform('project.create'),
  body: z.strictObject({
    name: Name,
    description: Description.default(''),
    services: z
      .array(Service)
      .max(services.length)
      .default([...services])
  }),
  reply: json(Project, 201),
  problems: ['project.name-taken'],
  idempotent: true
});

export const getProject = endpoint({
  id: 'getProject',
  method: 'GET',
  path: '/projects/{p}',
  summary: 'One project',
  access: inProject('project.view'),
  params: ProjectParams,
  reply: json(Project),
  problems: [],
  version: projectVersion
});

export const updateProject = endpoint({
  id: 'updateProject',
  method: 'PATCH',
  path: '/projects/{p}',
  summary: 'Change the description',
  access: inProject('project.update', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  body: z.strictObject({ description: Description }),
  reply: json(Project),
  problems: [],
  version: projectVersion
});

export const archiveProject = endpoint({
  id: 'archiveProject',
  method: 'POST',
  path: '/projects/{p}/archive',
  summary: 'Archive the project: whatever runs in it is stopped, and it can only be looked at',
  access: inProjectFromHub('project.archive'),
  act: ({ params }) =>
    `Archive the project ${params.p}: whatever anybody runs there is stopped, and it can only be looked at.`,
  params: ProjectParams,
  reply: json(Project),
  problems: []
});

export const unarchiveProject = endpoint({
  id: 'unarchiveProject',
  method: 'POST',
  path: '/projects/{p}/unarchive',
  summary: 'Take the project out of the archive',
  access: inProjectFromHub('project.archive'),
  act: ({ params }) => `Take the project ${params.p} out of the archive.`,
  params: ProjectParams,
  reply: json(Project),
  problems: []
});

export const deleteProject = endpoint({
  id: 'deleteProject',
  method: 'DELETE',
  path: '/projects/{p}',
  summary:
    'Delete the project: whatever runs in it is stopped, nobody is a member any more, its files go to the trash, and its name is never given again',
  access: inProjectFromHub('project.delete'),
  act: ({ params }) =>
    `Delete the project ${params.p}: whatever anybody runs there is stopped, nobody is a member any more, and its name is never given again.`,
  params: ProjectParams,
  /** The project’s name, typed by whoever deletes it. */
  body: z.strictObject({ confirm: z.string().max(100) }),
  reply: empty,
  problems: []
});

const ServiceState = z
  .strictObject({
    name: Service,
    /** Off, nothing new of it can be started; what runs goes on to its end. */
    enabled: z.boolean()
  })
  .meta({ id: 'ServiceState' });
export type ServiceState = z.infer<typeof ServiceState>;

const ServiceParams = z.strictObject({ p: Name, service: Service });

export const listServices = endpoint({
  id: 'listServices',
  method: 'GET',
  path: '/projects/{p}/services',
  summary: 'The services there are, and which the project uses',
  access: inProject('project.view'),
  params: ProjectParams,
  reply: json(list(ServiceState)),
  problems: []
});

export const getService = endpoint({
  id: 'getService',
  method: 'GET',
  path: '/projects/{p}/services/{service}',
  summary: 'Whether the project uses a service',
  access: inProject('project.view'),
  params: ServiceParams,
  reply: json(ServiceState),
  problems: []
});

export const putService = endpoint({
  id: 'putService',
  method: 'PUT',
  path: '/projects/{p}/services/{service}',
  summary: 'Use a service in the project, or no longer; what runs goes on to its end',
  access: inProjectFromHub('services.manage'),
  act: ({ params, body }) =>
    `Turn ${params.service} ${body.enabled ? 'on' : 'off'} in the project ${params.p}, for all its members.`,
  params: ServiceParams,
  body: z.strictObject({ enabled: z.boolean() }),
  reply: json(ServiceState),
  problems: []
});

export const listMembers = endpoint({
  id: 'listMembers',
  method: 'GET',
  path: '/projects/{p}/members',
  summary: 'Who is in the project',
  access: inProject('members.view'),
  params: ProjectParams,
  query: Page,
  reply: json(list(Member)),
  problems: []
});

/** What is asked for a project of many people is done for all of them or none. */
const mostAtOnce = 1000;

export const addMembers = endpoint({
  id: 'addMembers',
  method: 'POST',
  path: '/projects/{p}/members',
  summary: 'Add many members at once, all or none; whoever is one already keeps their role',
  access: inProjectFromHub('members.manage'),
  act: ({ params, body }) =>
    `Add to the project ${params.p}: ${body.members.map(({ user, role }) => `${user} as ${role.replace('_', ' ')}`).join(', ')}.`,
  params: ProjectParams,
  body: z.strictObject({
    members: z
      .array(z.strictObject({ user: Name, role: Role }))
      .min(1)
      .max(mostAtOnce)
      .refine(
        members => new Set(members.map(({ user }) => user)).size === members.length,
        'somebody is named twice'
      )
  }),
  reply: json(z.strictObject({ items: z.array(Member) })),
  problems: ['user.unknown'],
  idempotent: true
});

export const getMember = endpoint({
  id: 'getMember',
  method: 'GET',
  path: '/projects/{p}/members/{user}',
  summary: 'One member',
  access: inProject('members.view'),
  params: MemberParams,
  reply: json(Member),
  problems: ['member.unknown'],
  version: memberVersion
});

export const putMember = endpoint({
  id: 'putMember',
  method: 'PUT',
  path: '/projects/{p}/members/{user}',
  summary: 'Add a member or change their role',
  access: inProjectFromHub('members.manage'),
  act: ({ params, body }) =>
    body.role === 'data_owner'
      ? `Make ${params.user} a data owner of the project ${params.p}: they may do everything there, take data out and manage its members.`
      : `Make ${params.user} a data scientist of the project ${params.p}: they may run programs there and read its data.`,
  params: MemberParams,
  body: z.strictObject({ role: Role }),
  reply: json(Member),
  problems: ['user.unknown', 'member.last-owner'],
  version: memberVersion
});

export const removeMember = endpoint({
  id: 'removeMember',
  method: 'DELETE',
  path: '/projects/{p}/members/{user}',
  summary: 'Remove a member, or leave the project; whatever they run in it is stopped',
  // Data owners remove anybody, everybody may leave.
  access: inProjectFromHub('members.leave'),
  act: ({ params }) =>
    `Remove ${params.user} from the project ${params.p}: whatever they run there is stopped at once.`,
  params: MemberParams,
  reply: empty,
  problems: ['member.unknown', 'member.last-owner'],
  version: memberVersion
});

/** What ends with a membership. */
export const Holdings = z
  .strictObject({
    notebookServer: z.strictObject({ state: NotebookServer.shape.state, startedAt: Time }).nullable(),
    leases: z.array(Lease),
    experiments: z.array(
      Experiment.pick({ id: true, name: true, startedAt: true }).meta({ id: 'HeldExperiment' })
    )
  })
  .meta({ id: 'Holdings' });
export type Holdings = z.infer<typeof Holdings>;

export const getHoldings = endpoint({
  id: 'getHoldings',
  method: 'GET',
  path: '/projects/{p}/members/{user}/holdings',
  summary: 'What a member holds and runs now: what would be stopped with their membership',
  access: inProject('members.view'),
  params: MemberParams,
  reply: json(Holdings),
  problems: ['member.unknown']
});

const actions = Object.keys(projectActions) as [ProjectAction, ...ProjectAction[]];

/** What one member may do with an asset, and by which grant. */
export const MemberAccess = z
  .strictObject({
    user: Name,
    displayName: z.string(),
    role: Role,
    rights: z.array(z.strictObject({ action: z.enum(actions), by: z.enum(grants) }))
  })
  .meta({ id: 'MemberAccess' });
export type MemberAccess = z.infer<typeof MemberAccess>;

/** `project:x`, `member:user`, `dataset:name`, `file:dataset/path`, `experiment:id`. */
const Asset = z
  .string()
  .max(2100)
  .regex(/^(project|member|dataset|file|experiment|model):./, 'a kind of asset, a colon and its name');

export const getAccess = endpoint({
  id: 'getAccess',
  method: 'GET',
  path: '/projects/{p}/access',
  summary: 'Who can do what with an asset of the project, and by which grant',
  access: inProject('members.view'),
  params: ProjectParams,
  query: Page.extend({ asset: Asset }),
  reply: json(list(MemberAccess)),
  problems: ['member.unknown', 'dataset.unknown', 'experiment.unknown', 'model.unknown']
});

/** A row of the journal as its project's members see it. */
export const JournalEvent = z
  .strictObject({
    position: z.int(),
    at: Time,
    actor: z.string(),
    action: z.string(),
    asset: z.string()
  })
  .meta({ id: 'JournalEvent' });
export type JournalEvent = z.infer<typeof JournalEvent>;

export const projectEvents = endpoint({
  id: 'projectEvents',
  method: 'GET',
  path: '/projects/{p}/events',
  summary:
    'What happens in the project, live; resumable with Last-Event-ID. `experiment` adds that one’s trials',
  access: inProject('project.view', ['hub', 'token', 'notebook', 'sandbox']),
  params: ProjectParams,
  query: z.strictObject({ experiment: Id.optional() }),
  reply: events({
    journal: JournalEvent,
    experiment: Experiment,
    trial: Trial.extend({ experiment: Id }),
    'notebook-server': NotebookServer
  }),
  problems: []
});

import { z } from 'zod';
import { inProject, inProjectFromHub, onPlatform, roles } from './access.js';
import { Id, list, Name, Page, ProjectParams, Time } from './common.js';
import { empty, endpoint, events, json } from './endpoint.js';
import { Experiment, Trial } from './experiments.js';
import { NotebookServer } from './notebooks.js';

export const Role = z.enum(roles);

export const Project = z
  .strictObject({
    name: Name,
    description: z.string(),
    role: Role,
    members: z.int(),
    createdAt: Time
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

export const Member = z
  .strictObject({ user: Name, displayName: z.string(), role: Role, since: Time })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

const Description = z.string().max(500, 'at most 500 characters');
const MemberParams = z.strictObject({ p: Name, user: Name });

export const listProjects = endpoint({
  id: 'listProjects',
  method: 'GET',
  path: '/projects',
  summary: 'The projects I am a member of',
  access: onPlatform('project.list'),
  query: Page,
  reply: json(list(Project)),
  problems: []
});

export const createProject = endpoint({
  id: 'createProject',
  method: 'POST',
  path: '/projects',
  summary: 'Create a project; the caller becomes its data owner and the built-in datasets exist at once',
  access: onPlatform('project.create'),
  body: z.strictObject({ name: Name, description: Description.default('') }),
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
  problems: []
});

export const updateProject = endpoint({
  id: 'updateProject',
  method: 'PATCH',
  path: '/projects/{p}',
  summary: 'Change the description',
  access: inProjectFromHub('project.update'),
  params: ProjectParams,
  body: z.strictObject({ description: Description }),
  reply: json(Project),
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

export const getMember = endpoint({
  id: 'getMember',
  method: 'GET',
  path: '/projects/{p}/members/{user}',
  summary: 'One member',
  access: inProject('members.view'),
  params: MemberParams,
  reply: json(Member),
  problems: ['member.unknown']
});

export const putMember = endpoint({
  id: 'putMember',
  method: 'PUT',
  path: '/projects/{p}/members/{user}',
  summary: 'Add a member or change their role',
  access: inProjectFromHub('members.manage'),
  params: MemberParams,
  body: z.strictObject({ role: Role }),
  reply: json(Member),
  problems: ['user.unknown', 'member.last-owner']
});

export const removeMember = endpoint({
  id: 'removeMember',
  method: 'DELETE',
  path: '/projects/{p}/members/{user}',
  summary: 'Remove a member; whatever they run in the project is stopped',
  access: inProjectFromHub('members.manage'),
  params: MemberParams,
  reply: empty,
  problems: ['member.unknown', 'member.last-owner']
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
  access: inProject('project.view'),
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

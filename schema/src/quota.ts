import { z } from 'zod';
import { inProject, inProjectFromHub, onPlatform } from './access.js';
import { Bytes, Day, Id, list, Name, Page, ProjectParams, Text, Time } from './common.js';
import { endpoint, json } from './endpoint.js';
import { Amounts } from './notebooks.js';

export const Lease = z
  .strictObject({
    id: z.string(),
    user: Name,
    for: z.enum(['notebook', 'spark']),
    state: z.enum(['queued', 'held']),
    executors: z.int(),
    /** How many it would have, where those are more than it holds; it waits for the others. */
    wanted: z.int().optional(),
    /** How many of them it is asked to keep, where those are fewer, and for whom or what. */
    keep: z.int().optional(),
    keepReason: z.string().optional(),
    cores: z.int(),
    memory: Bytes,
    gpus: z.int(),
    /** Since when it is held or waits. */
    since: Time,
    queuePosition: z.int().optional(),
    reason: z.string().optional()
  })
  .meta({ id: 'Lease' });
export type Lease = z.infer<typeof Lease>;

const Count = z.int().min(0, 'not negative').max(1e9).nullable();
const Hours = z.number().min(0, 'not negative').max(1e9).nullable();
const Size = Bytes.max(2 ** 50).nullable();
const GpuType = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][\w .()+/-]*$/, 'not the name of a GPU');

/** What may be held at once, used in a month, and stored. `null` is no limit of one's own. */
export const Limits = z
  .strictObject({
    cores: Count,
    memory: Size,
    gpus: Count,
    /** At most so many GPUs of these types; other types are limited by `gpus` alone. */
    gpuTypes: z.record(GpuType, z.int().min(0, 'not negative').max(1000)),
    servers: Count,
    /** Hours of one core, and of one GPU, in a calendar month (UTC). */
    coreHours: Hours,
    gpuHours: Hours,
    bytes: Size,
    files: Count,
    topics: Count
  })
  .meta({ id: 'Limits' });
export type Limits = z.infer<typeof Limits>;

/** Some of the limits; what is left out is as the installation has it. */
export const SomeLimits = Limits.partial().meta({ id: 'SomeLimits' });
export type SomeLimits = z.infer<typeof SomeLimits>;

/** What can be limited for one user: storage and topics are the project's as a whole. */
export const UserLimits = SomeLimits.omit({ bytes: true, files: true, topics: true }).meta({
  id: 'UserLimits'
});
export type UserLimits = z.infer<typeof UserLimits>;

/** A limit and how much of it is held now. */
const Share = z.strictObject({ limit: Amounts, used: Amounts });

const Hour = z.number().min(0);
/** What was used since the month began. */
const Used = z.strictObject({ coreHours: Hour, gpuHours: Hour });

/**
 * Something that is used up. Of hours nothing new is lent, and what runs ends at `endsAt`; of `bytes` and `files`
 * nothing is taken in, and notebook servers that go on writing into its datasets only read them from then on, far beyond
 * the quota at once.
 */
export const Warning = z
  .strictObject({
    what: z.enum(['core-hours', 'gpu-hours', 'bytes', 'files']),
    /** Whose limit it is: the project's, or that of one user in it. */
    user: Name.nullable(),
    since: Time,
    endsAt: Time,
    words: z.string()
  })
  .meta({ id: 'QuotaWarning' });
export type Warning = z.infer<typeof Warning>;

export const Quota = z
  .strictObject({
    project: Share,
    user: Share,
    machine: Share,
    /** How many times over each of the machine's cores is lent. */
    coresSharedBy: z.int(),
    gpuTypes: z.array(
      z.strictObject({
        type: z.string(),
        count: z.int(),
        free: z.int(),
        /** How many of them the project may hold, and holds. */
        limit: z.int(),
        used: z.int()
      })
    ),
    /** Why no GPU can be asked for; null where one can. */
    noGpuReason: z.string().nullable(),
    /** The project's limits and mine in it, as they were set. */
    limits: Limits,
    myLimits: Limits,
    month: z.strictObject({ from: Time, turns: Time, project: Used, user: Used }),
    storage: z.strictObject({
      bytes: Bytes,
      files: z.int(),
      /** When every dataset had last been counted; null before the first time. */
      countedAt: Time.nullable()
    }),
    warnings: z.array(Warning)
  })
  .meta({ id: 'Quota' });
export type Quota = z.infer<typeof Quota>;

/** One member's part of the quota. */
export const UserQuota = z
  .strictObject({ user: Name, displayName: z.string(), limits: Limits, used: Amounts, month: Used })
  .meta({ id: 'UserQuota' });
export type UserQuota = z.infer<typeof UserQuota>;

/** What a data owner asks the administrator for. */
export const QuotaRequest = z
  .strictObject({
    id: Id,
    project: Name,
    asked: SomeLimits,
    reason: z.string(),
    by: Name,
    at: Time,
    state: z.enum(['waiting', 'granted', 'declined']),
    /** The project's limits while it waits. */
    limits: Limits,
    answer: z.strictObject({ words: z.string(), by: Name, at: Time }).nullable()
  })
  .meta({ id: 'QuotaRequest' });
export type QuotaRequest = z.infer<typeof QuotaRequest>;

/** What was used in a time, by somebody or on a day; memory in GiB-hours, GPUs by their types. */
export const Usage = z
  .strictObject({
    /** A user's name, or a day (UTC). */
    of: z.string(),
    coreHours: Hour,
    memoryHours: Hour,
    gpuHours: z.record(z.string(), Hour)
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof Usage>;

const UserParams = z.strictObject({ p: Name, user: Name });
const Reason = Text.trim().min(1, 'say why');

export const listLeases = endpoint({
  id: 'listLeases',
  method: 'GET',
  path: '/projects/{p}/leases',
  summary: 'Who holds what in the project, and who waits for what',
  access: inProject('lease.view'),
  params: ProjectParams,
  reply: json(list(Lease)),
  problems: []
});

export const getQuota = endpoint({
  id: 'getQuota',
  method: 'GET',
  path: '/projects/{p}/quota',
  summary:
    'Limits and what is held of them: the project’s, mine in it, the machine’s; the month’s use and what is stored',
  access: inProject('lease.view'),
  params: ProjectParams,
  reply: json(Quota),
  problems: []
});

const QuotaParams = z.strictObject({ project: Name });

/** What was set for a project, and what holds with the installation's own limits. */
export const ProjectLimits = z
  .strictObject({ set: SomeLimits, limits: Limits })
  .meta({ id: 'ProjectLimits' });
export type ProjectLimits = z.infer<typeof ProjectLimits>;

/** What the machine has for sandboxes, how much of it is held, and what everybody may hold who was set nothing else. */
export const Machine = z
  .strictObject({
    capacity: Share,
    coresSharedBy: z.int(),
    gpuTypes: z.array(z.strictObject({ type: z.string(), count: z.int(), free: z.int() })),
    noGpuReason: z.string().nullable(),
    defaults: z.strictObject({ project: Limits, user: Limits })
  })
  .meta({ id: 'Machine' });
export type Machine = z.infer<typeof Machine>;

export const getMachine = endpoint({
  id: 'getMachine',
  method: 'GET',
  path: '/quota/machine',
  summary: 'What the machine has, how much of it is held, and the limits of whoever was set none',
  access: onPlatform('platform.view'),
  reply: json(Machine),
  problems: []
});

/** A lease, and in which project. */
export const MachineLease = Lease.extend({ project: Name }).meta({ id: 'MachineLease' });
export type MachineLease = z.infer<typeof MachineLease>;

export const listMachineLeases = endpoint({
  id: 'listMachineLeases',
  method: 'GET',
  path: '/quota/leases',
  summary: 'Who holds what of the machine in every project, and who waits for what, in the order of asking',
  access: onPlatform('platform.view'),
  reply: json(list(MachineLease)),
  problems: []
});

/** A project’s limits, what it holds now, and its month. */
export const ProjectQuota = ProjectLimits.extend({ project: Name, used: Amounts, month: Used }).meta({
  id: 'ProjectQuota'
});
export type ProjectQuota = z.infer<typeof ProjectQuota>;

export const listProjectLimits = endpoint({
  id: 'listProjectLimits',
  method: 'GET',
  path: '/quota/projects',
  summary: 'Every project’s limits and use, or those that have `q` in their name, for administrators',
  access: onPlatform('quota.manage'),
  query: Page.extend({ q: z.string().max(100).optional() }),
  reply: json(list(ProjectQuota)),
  problems: []
});

export const getProjectLimits = endpoint({
  id: 'getProjectLimits',
  method: 'GET',
  path: '/quota/projects/{project}',
  summary: 'A project’s limits, for administrators',
  access: onPlatform('quota.manage'),
  params: QuotaParams,
  reply: json(ProjectLimits),
  problems: ['project.unknown']
});

export const putProjectLimits = endpoint({
  id: 'putProjectLimits',
  method: 'PUT',
  path: '/quota/projects/{project}',
  summary:
    'Set a project’s limits; what is left out is as the installation has it. What is held beyond a new limit stays held, and nothing new is lent',
  access: onPlatform('quota.manage'),
  params: QuotaParams,
  body: SomeLimits,
  reply: json(ProjectLimits),
  problems: ['project.unknown']
});

export const listUserQuotas = endpoint({
  id: 'listUserQuotas',
  method: 'GET',
  path: '/projects/{p}/quota/users',
  summary: 'Each member’s limits, what they hold, and their month',
  access: inProject('lease.view'),
  params: ProjectParams,
  reply: json(list(UserQuota)),
  problems: []
});

export const putUserQuota = endpoint({
  id: 'putUserQuota',
  method: 'PUT',
  path: '/projects/{p}/quota/users/{user}',
  summary: 'Set a member’s limits within the project’s',
  access: inProjectFromHub('quota.divide'),
  act: ({ params }) => `Set other limits for ${params.user} in the project ${params.p}.`,
  params: UserParams,
  body: UserLimits,
  reply: json(UserQuota),
  problems: ['member.unknown', 'quota.above-project']
});

export const askForQuota = endpoint({
  id: 'askForQuota',
  method: 'POST',
  path: '/projects/{p}/quota/requests',
  summary: 'Ask the administrator for other limits',
  access: inProject('quota.ask', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  body: z.strictObject({
    asked: SomeLimits.refine(asked => Object.keys(asked).length > 0, 'ask for something').meta({
      minProperties: 1
    }),
    reason: Reason
  }),
  reply: json(QuotaRequest, 201),
  problems: ['quota.too-many-requests'],
  idempotent: true
});

export const listQuotaRequests = endpoint({
  id: 'listQuotaRequests',
  method: 'GET',
  path: '/projects/{p}/quota/requests',
  summary: 'What was asked for, and the answers; newest first, a hundred at most',
  access: inProject('lease.view'),
  params: ProjectParams,
  reply: json(list(QuotaRequest)),
  problems: []
});

export const listWaitingQuotaRequests = endpoint({
  id: 'listWaitingQuotaRequests',
  method: 'GET',
  path: '/quota/requests',
  summary: 'Every project’s requests that wait for an answer, oldest first',
  access: onPlatform('quota.manage'),
  reply: json(list(QuotaRequest)),
  problems: []
});

export const answerQuotaRequest = endpoint({
  id: 'answerQuotaRequest',
  method: 'PUT',
  path: '/quota/requests/{id}/answer',
  summary: 'Grant a request, which sets what it asks for, or decline it, in words for who asked',
  access: onPlatform('quota.manage'),
  params: z.strictObject({ id: z.uuid() }),
  body: z.strictObject({ granted: z.boolean(), words: Text.trim().default('') }),
  reply: json(QuotaRequest),
  problems: ['quota.request-unknown', 'quota.request-answered']
});

export const getUsage = endpoint({
  id: 'getUsage',
  method: 'GET',
  path: '/projects/{p}/usage',
  summary: 'What the project has used, from one day to another (UTC, both included; this month by default)',
  access: inProject('lease.view'),
  params: ProjectParams,
  query: z
    .strictObject({ from: Day.optional(), to: Day.optional(), by: z.enum(['user', 'day']).default('day') })
    .refine(({ from, to }) => !from || !to || from <= to, { path: ['to'], message: 'before `from`' }),
  reply: json(list(Usage)),
  problems: []
});

import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, list, Name, ProjectParams, Time } from './common.js';
import { endpoint, json } from './endpoint.js';
import { Amounts } from './notebooks.js';

export const Lease = z
  .strictObject({
    id: z.string(),
    user: Name,
    for: z.enum(['notebook', 'spark']),
    state: z.enum(['queued', 'held']),
    executors: z.int(),
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

/** A limit and how much of it is held now. */
const Share = z.strictObject({ limit: Amounts, used: Amounts });

export const Quota = z
  .strictObject({
    project: Share,
    user: Share,
    machine: Share,
    /** How many times over each of the machine's cores is lent. */
    coresSharedBy: z.int(),
    gpuTypes: z.array(z.strictObject({ type: z.string(), count: z.int(), free: z.int() })),
    /** Why no GPU can be asked for; null where one can. */
    noGpuReason: z.string().nullable()
  })
  .meta({ id: 'Quota' });
export type Quota = z.infer<typeof Quota>;

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
  summary: 'Limits and what is held of them: the project’s, mine in it, the machine’s',
  access: inProject('lease.view'),
  params: ProjectParams,
  reply: json(Quota),
  problems: []
});

import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, Name, ProjectParams, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

const mebibyte = 1024 * 1024;

/** What a notebook server works with: `cores`, `memory` and `gpus` per executor, or the kernel's with `executors: 0`. */
export const Resources = z
  .strictObject({
    executors: z.int().min(0, 'not negative').max(1000),
    cores: z.int().min(1, 'at least 1').max(1000),
    memory: Bytes.min(512 * mebibyte, 'at least 512 MiB').max(2 ** 50),
    gpus: z.int().min(0, 'not negative').max(1000),
    gpuType: z.string().max(100).optional()
  })
  .meta({ id: 'Resources' });
export type Resources = z.infer<typeof Resources>;

export const Amounts = z.strictObject({ cores: z.int(), memory: Bytes, gpus: z.int(), servers: z.int() });

/** Beside the executors, the kernel that drives them and the notebook server need room. */
export const driverMemory = 1024 * mebibyte;

/** What resources come to in all: with executors, theirs and the driver's memory; without, just what is asked for. */
export const totalOf = ({ executors, cores, memory, gpus }: Resources): z.infer<typeof Amounts> => {
  const times = Math.max(1, executors);
  return {
    cores: times * cores,
    memory: times * memory + (executors > 0 ? driverMemory : 0),
    gpus: times * gpus,
    servers: 1
  };
};

/** The executors' part of a notebook server: held by the kernel that has the Spark session, or waited for. */
export const Compute = z
  .strictObject({
    state: z.enum(['queued', 'held']),
    /** The notebook whose kernel has it or waits for it. */
    holder: z.string(),
    since: Time,
    /** How many executors it holds now; none while it is queued. */
    executors: z.int().min(0),
    /** How many it wants: what it holds and what it waits for. */
    wanted: z.int().min(0),
    /** How many of them it may keep. Fewer than it holds: it is asked to give the others back. */
    keep: z.int().min(0),
    /** Why it is asked to, in words: who waits, or which quota was lowered. */
    keepReason: z.string().optional(),
    queuePosition: z.int().optional(),
    /** What it waits for, in words. */
    reason: z.string().optional()
  })
  .meta({ id: 'Compute' });
export type Compute = z.infer<typeof Compute>;

export const NotebookServer = z
  .strictObject({
    user: Name,
    state: z.enum(['absent', 'queued', 'starting', 'ready', 'stopping', 'failed']),
    /** Absolute, on the notebook's own origin; null unless it is starting or ready. */
    url: z.string().nullable(),
    resources: Resources.nullable(),
    progress: z.strictObject({ step: z.string(), fraction: z.number().min(0).max(1) }).optional(),
    queuePosition: z.int().optional(),
    /** Why it waits, failed or ended, in words for the person. */
    reason: z.string().optional(),
    /** Who has its executors; absent while nobody does. */
    compute: Compute.optional(),
    /** A restart brings datasets that were shared, or shared otherwise, since it started. */
    outdatedMounts: z.literal(true).optional(),
    startedAt: Time.nullable()
  })
  .meta({ id: 'NotebookServer' });
export type NotebookServer = z.infer<typeof NotebookServer>;

export const getNotebookServer = endpoint({
  id: 'getNotebookServer',
  method: 'GET',
  path: '/projects/{p}/notebook-server',
  summary: 'My notebook server in the project',
  access: inProject('notebook.view'),
  params: ProjectParams,
  reply: json(NotebookServer),
  problems: []
});

export const startNotebookServer = endpoint({
  id: 'startNotebookServer',
  method: 'PUT',
  path: '/projects/{p}/notebook-server',
  summary:
    'Start my notebook server with these resources; the same again changes nothing. With `wait`, what is over the quota now waits its turn',
  access: inProject('notebook.run', ['hub', 'token']),
  params: ProjectParams,
  body: Resources.extend({ wait: z.boolean().default(false) }),
  reply: json(NotebookServer, 202),
  problems: ['lease.over-quota', 'lease.no-gpu', 'quota.used-up', 'notebook.running']
});

export const stopNotebookServer = endpoint({
  id: 'stopNotebookServer',
  method: 'DELETE',
  path: '/projects/{p}/notebook-server',
  summary: 'Stop my notebook server and give back what it holds',
  access: inProject('notebook.stop', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  reply: json(NotebookServer, 202),
  problems: ['notebook.absent']
});

export const enterNotebookServer = endpoint({
  id: 'enterNotebookServer',
  method: 'POST',
  path: '/projects/{p}/notebook-server/entry',
  summary: 'A one-time address, good for 30 seconds, that signs this browser in on the notebook origin',
  access: inProject('notebook.run', ['hub']),
  params: ProjectParams,
  reply: json(z.strictObject({ url: z.string() })),
  problems: ['notebook.absent', 'notebook.not-ready']
});

export const HoldCompute = z.strictObject({
  holder: z.string().min(1).max(200),
  /** Whether who gets none now waits; without it that is refused. */
  wait: z.boolean(),
  /**
   * How many it wants from now on; all that the notebook server was started with unless it is said, and at most those.
   * Fewer than it holds are given back at once; more wait their turn.
   */
  executors: z.int().min(1, 'at least 1').max(1000).optional(),
  /** It can work with fewer, down to one: it is lent what there is, and may be asked to give some back. */
  elastic: z.boolean().default(false)
});

export const holdCompute = endpoint({
  id: 'holdCompute',
  method: 'PUT',
  path: '/projects/{p}/notebook-server/compute',
  summary:
    'From inside a notebook server: hold its executors, or go on holding them. To be repeated every ten seconds; without it they are given back after a while. The same again changes nothing',
  access: inProject('notebook.run', ['sandbox']),
  params: ProjectParams,
  body: HoldCompute,
  reply: json(Compute),
  problems: ['lease.over-quota', 'lease.no-executors', 'lease.too-often', 'quota.used-up', 'notebook.absent']
});

export const giveBackCompute = endpoint({
  id: 'giveBackCompute',
  method: 'DELETE',
  path: '/projects/{p}/notebook-server/compute',
  summary: 'From inside a notebook server: give its executors back, or wait for them no longer',
  access: inProject('notebook.stop', ['sandbox']),
  params: ProjectParams,
  reply: empty,
  problems: ['notebook.absent']
});

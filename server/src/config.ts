import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quota } from '@hopslab/schema';
import { z } from 'zod';

const whole = z.coerce.number().int();

/** `NVIDIA A100:2,NVIDIA T4:1` */
const PretendedGpus = z.string().transform((text, context) =>
  text.split(',').flatMap(part => {
    const [, type, count] = /^\s*([^:]{1,80}):(\d{1,2})\s*$/.exec(part) ?? [];
    if (type !== undefined) return [{ type, count: Number(count) }];
    context.addIssue({ code: 'custom', message: `${part} is not a type and a number, like NVIDIA A100:2` });
    return [];
  })
);

/** Addresses and networks, with commas between them: `10.0.0.7,192.168.0.0/16`. */
const Networks = z
  .string()
  .transform(list => list.split(',').map(each => each.trim()))
  .transform(list => list.filter(each => each !== ''))
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])));

/** TCP ports, with commas between them: `80,443`. */
const Ports = z
  .string()
  .transform(list => list.split(',').map(each => each.trim()))
  .pipe(z.array(z.string().transform(Number).pipe(z.int().min(1).max(65535))));

/** Limits as JSON, such as `{"cores": 32, "coreHours": 500}`. */
const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON, like {"cores": 32}' });
    return z.NEVER;
  }
});

const Environment = z.object({
  HOPSLAB_ROOT: z.string().min(1),
  HOPSLAB_DATA: z.string().min(1),
  HOPSLAB_RUN: z.string().min(1),
  HOPSLAB_TOOLS: z.string().min(1),
  HOPSLAB_PORT: whole.min(1).max(65535).default(8443),
  HOPSLAB_PROGRAMS_PORT: whole.min(1).max(65535).optional(),
  HOPSLAB_CA_KEY_SECRET_FILE: z.string().min(1).optional(),
  HOPSLAB_BASE: z.string().min(1).optional(),
  HOPSLAB_SANDBOX_UID: whole.min(1).optional(),
  HOPSLAB_SANDBOX_GID: whole.min(1).optional(),
  HOPSLAB_BUILD: z.string().default('dev'),
  HOPSLAB_DATABASE_URL: z.string().min(1).optional(),
  HOPSLAB_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  HOPSLAB_IDLE_MINUTES: whole.min(1).default(120),
  HOPSLAB_SCRATCH_LIMIT: whole.min(2 ** 20).default(20 * 2 ** 30),
  HOPSLAB_DISK_RESERVE: whole.min(0).default(2 * 2 ** 30),
  HOPSLAB_PRETEND_GPUS: PretendedGpus.optional(),
  HOPSLAB_CONTROL_GROUPS: z.enum(['auto', 'off']).default('auto'),
  HOPSLAB_SPARK_IDLE_MINUTES: whole.min(1).default(10),
  HOPSLAB_TRUSTED_PROXIES: Networks.default([]),
  HOPSLAB_EGRESS_PORTS: Ports.default([80, 443]),
  HOPSLAB_EGRESS_CLOSED: Networks.default([]),
  HOPSLAB_CONNECTIONS_PER_ADDRESS: whole.min(1).default(1024),
  HOPSLAB_SLOWEST_UPLOAD: whole.min(1).default(16_384),
  HOPSLAB_TRASH_DAYS: whole.min(1).max(3650).default(30),
  HOPSLAB_UPLOAD_LIMIT: whole.min(1).default(10 * 2 ** 30),
  HOPSLAB_UPLOAD_HOURS: whole.min(1).max(8760).default(24),
  HOPSLAB_PROJECT_QUOTA: Json.pipe(quota.SomeLimits).optional(),
  HOPSLAB_USER_QUOTA: Json.pipe(quota.UserLimits).optional(),
  HOPSLAB_QUOTA_GRACE_MINUTES: whole.min(1).default(24 * 60),
  HOPSLAB_STORAGE_GRACE_MINUTES: whole.min(1).default(30)
});

export interface Config {
  /** The checkout, the data folder, the short folder of sockets, the folder of environments: absolute paths. */
  readonly root: string;
  readonly data: string;
  readonly run: string;
  readonly tools: string;
  readonly port: number;
  /** Where programs show a client certificate. */
  readonly programsPort: number;
  /** The hub's host name; notebook origins are below it. */
  readonly base: string;
  /** The unprivileged identity of sandboxes where the platform runs as root. */
  readonly sandbox: { readonly uid: number; readonly gid: number } | undefined;
  /** A file that holds what the devices' issuing key is encrypted with; without it a secret of the data folder is. */
  readonly caKeySecretFile: string | undefined;
  readonly build: string;
  readonly databaseUrl: string;
  readonly logLevel: string;
  readonly idleMinutes: number;
  /** Bytes: what a projectUser's own folders may hold, and what of the disk is kept for the platform. */
  readonly disk: { readonly own: number; readonly reserve: number };
  /** GPUs that are said to be there instead of the machine's, for tests and trials. */
  readonly pretendedGpus: readonly { readonly type: string; readonly count: number }[] | undefined;
  /** Whether sandboxes are limited by control groups where the machine has them; else they are watched. */
  readonly controlGroups: boolean;
  /** Minutes without use after which a kernel gives its executors back. */
  readonly sparkIdleMinutes: number;
  /** Days after which what was deleted goes for good. */
  readonly trashDays: number;
  /** Bytes that one uploaded file may have. */
  readonly uploadLimit: number;
  /** Hours after its last byte when an upload that is not whole is forgotten. */
  readonly uploadHours: number;
  /**
   * Limits of projects, and of users in them, that were given none; and how long what runs goes on after a warning that
   * the month is used up, or that too much is stored.
   */
  readonly quota: {
    readonly project?: quota.SomeLimits | undefined;
    readonly user?: quota.UserLimits | undefined;
    readonly graceMinutes: number;
    readonly storageGraceMinutes: number;
  };
  /** The operator's own proxies in front of ours, whose `X-Forwarded-For` is believed: addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** Ports on the internet that data owners’ programs reach where their project has egress. */
  readonly egressPorts: readonly number[];
  /** Addresses and networks on the internet that they never reach. */
  readonly egressClosed: readonly string[];
  /** Connections that one client address may hold at once. */
  readonly connectionsPerAddress: number;
  /** Bytes a minute that an upload has to bring while we wait for it. */
  readonly slowestUpload: number;
}

const databaseUrlIn = (data: string): string => {
  try {
    return readFileSync(join(data, 'secrets', 'database-url'), 'utf8').trim();
  } catch (cause) {
    throw new Error('no HOPSLAB_DATABASE_URL and no secrets/database-url in the data folder', { cause });
  }
};

/** Reads the environment; all its faults are in the one error it throws. */
export const readConfig = (environment: NodeJS.ProcessEnv = process.env): Config => {
  const read = Environment.safeParse(environment);
  if (!read.success) throw new Error(`The configuration is not valid:\n${z.prettifyError(read.error)}`);
  const given = read.data;
  const { HOPSLAB_SANDBOX_UID: uid, HOPSLAB_SANDBOX_GID: gid } = given;
  return {
    root: given.HOPSLAB_ROOT,
    data: given.HOPSLAB_DATA,
    run: given.HOPSLAB_RUN,
    tools: given.HOPSLAB_TOOLS,
    port: given.HOPSLAB_PORT,
    programsPort: given.HOPSLAB_PROGRAMS_PORT ?? given.HOPSLAB_PORT + 1,
    caKeySecretFile: given.HOPSLAB_CA_KEY_SECRET_FILE,
    base:
      given.HOPSLAB_BASE ??
      (given.HOPSLAB_PORT === 8443 ? 'hopslab.localhost' : `hopslab-${given.HOPSLAB_PORT}.localhost`),
    sandbox: uid === undefined ? undefined : { uid, gid: gid ?? uid },
    build: given.HOPSLAB_BUILD,
    databaseUrl: given.HOPSLAB_DATABASE_URL ?? databaseUrlIn(given.HOPSLAB_DATA),
    logLevel: given.HOPSLAB_LOG_LEVEL,
    idleMinutes: given.HOPSLAB_IDLE_MINUTES,
    disk: { own: given.HOPSLAB_SCRATCH_LIMIT, reserve: given.HOPSLAB_DISK_RESERVE },
    pretendedGpus: given.HOPSLAB_PRETEND_GPUS,
    controlGroups: given.HOPSLAB_CONTROL_GROUPS === 'auto',
    sparkIdleMinutes: given.HOPSLAB_SPARK_IDLE_MINUTES,
    trashDays: given.HOPSLAB_TRASH_DAYS,
    uploadLimit: given.HOPSLAB_UPLOAD_LIMIT,
    uploadHours: given.HOPSLAB_UPLOAD_HOURS,
    quota: {
      project: given.HOPSLAB_PROJECT_QUOTA,
      user: given.HOPSLAB_USER_QUOTA,
      graceMinutes: given.HOPSLAB_QUOTA_GRACE_MINUTES,
      storageGraceMinutes: given.HOPSLAB_STORAGE_GRACE_MINUTES
    },
    trustedProxies: given.HOPSLAB_TRUSTED_PROXIES,
    egressPorts: given.HOPSLAB_EGRESS_PORTS,
    egressClosed: given.HOPSLAB_EGRESS_CLOSED,
    connectionsPerAddress: given.HOPSLAB_CONNECTIONS_PER_ADDRESS,
    slowestUpload: given.HOPSLAB_SLOWEST_UPLOAD
  };
};

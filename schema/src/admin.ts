import { z } from 'zod';
import { everyone, onPlatform } from './access.js';
import { list, Name, Page, Time } from './common.js';
import { bytes, empty, endpoint, json } from './endpoint.js';

export const Ready = z
  .strictObject({
    ready: z.boolean(),
    build: z.string(),
    services: z.array(
      z.strictObject({
        name: z.string(),
        state: z.enum(['starting', 'ready', 'failed', 'stopped']),
        pid: z.int().optional(),
        since: Time,
        /** How often it has ended unasked since the platform was started. */
        restarts: z.int(),
        reason: z.string().optional()
      })
    )
  })
  .meta({ id: 'Ready' });
export type Ready = z.infer<typeof Ready>;

export const health = endpoint({
  id: 'health',
  method: 'GET',
  path: '/health',
  base: '',
  summary: 'The API server is alive',
  access: everyone,
  reply: json(z.strictObject({ alive: z.literal(true) })),
  problems: []
});

export const ready = endpoint({
  id: 'ready',
  method: 'GET',
  path: '/ready',
  base: '',
  summary: 'Each service, with reasons; 503 while one is missing',
  access: everyone,
  reply: { ...json(Ready), also: 503 },
  problems: ['service.unavailable']
});

export const getServices = endpoint({
  id: 'getServices',
  method: 'GET',
  path: '/admin/services',
  summary: 'The same for administrators, whether all is well or not',
  access: onPlatform('platform.view'),
  reply: json(Ready),
  problems: []
});

export const metrics = endpoint({
  id: 'metrics',
  method: 'GET',
  path: '/metrics',
  base: '',
  summary: 'Figures in Prometheus’ format, for scrapers on this machine',
  access: everyone,
  reply: { ...bytes, type: 'text/plain' },
  problems: ['access.denied']
});

/** A user as administrators see one. */
export const Account = z
  .strictObject({
    name: Name,
    displayName: z.string(),
    admin: z.boolean(),
    /** May not sign in, and what they ran is stopped. */
    locked: z.boolean(),
    since: Time,
    /** How many sign-ins, browsers' and programs', are good now. */
    signIns: z.int().min(0),
    lastSeen: Time.nullable()
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof Account>;

export const listUsers = endpoint({
  id: 'listUsers',
  method: 'GET',
  path: '/users',
  summary: 'Every user, or those whose name has `q` in it',
  access: onPlatform('user.manage'),
  query: Page.extend({ q: z.string().max(100).optional() }),
  reply: json(list(Account)),
  problems: []
});

const UserParams = z.strictObject({ username: Name });

export const updateUser = endpoint({
  id: 'updateUser',
  method: 'PATCH',
  path: '/users/{username}',
  summary:
    'Lock a user out, which ends their sign-ins and access tokens for good, or let them in again; make them an administrator or take that back',
  access: onPlatform('user.manage'),
  params: UserParams,
  body: z
    .strictObject({ locked: z.boolean().optional(), admin: z.boolean().optional() })
    .refine(body => Object.keys(body).length > 0, 'say what to change: locked, admin')
    .meta({ minProperties: 1 }),
  reply: json(Account),
  problems: ['user.unknown', 'user.last-admin']
});

export const endSignIns = endpoint({
  id: 'endSignIns',
  method: 'DELETE',
  path: '/users/{username}/sessions',
  summary: 'End every sign-in of a user; they may sign in again',
  access: onPlatform('user.manage'),
  params: UserParams,
  reply: empty,
  problems: ['user.unknown']
});

export const resetPassword = endpoint({
  id: 'resetPassword',
  method: 'POST',
  path: '/users/{username}/password',
  summary:
    'Give somebody a one-time password, answered this once: within seven days they sign in with it by choosing another. Ends every sign-in and access token of theirs, and revokes their devices',
  access: onPlatform('user.manage'),
  params: UserParams,
  reply: json(z.strictObject({ password: z.string() }).meta({ id: 'OneTimePassword' })),
  problems: ['user.unknown', 'user.yourself']
});

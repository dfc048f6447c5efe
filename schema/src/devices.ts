import { z } from 'zod';
import { inProject, onPlatform } from './access.js';
import { list, Name, ProjectParams, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

/** How long a certificate is good, in days; the device itself asks for the next one before that. */
export const certificateDays = 14;

/** An application outside, with a certificate of its own: it acts as `project__user__device`. */
export const Device = z
  .strictObject({
    name: Name,
    project: Name,
    user: Name,
    /** The identity it acts under. */
    principal: z.string(),
    createdAt: Time,
    lastUsedAt: Time.nullable(),
    /** Where it was last used from. */
    lastAddress: z.string().nullable(),
    certificates: z.array(z.strictObject({ serial: z.string(), issuedAt: Time, expiresAt: Time }))
  })
  .meta({ id: 'Device' });
export type Device = z.infer<typeof Device>;

export const formats = ['pem', 'p12', 'jks'] as const;

/** A certificate with its private key, shown this once. */
export const Certificate = z
  .strictObject({
    device: Name,
    principal: z.string(),
    serial: z.string(),
    expiresAt: Time,
    /** The programs' port, which takes it. */
    url: z.url(),
    files: z.array(z.strictObject({ name: z.string(), content: z.base64() }))
  })
  .meta({ id: 'Certificate' });
export type Certificate = z.infer<typeof Certificate>;

export const KeyPassword = z
  .string()
  .min(8, 'at least 8 characters')
  .max(100, 'at most 100 characters')
  .regex(/^[\x20-\x7e]*$/, 'plain letters, digits and signs only: not every program reads others');

const DeviceParams = z.strictObject({ p: Name, name: Name });
/** Whose device; one’s own where nobody is named. */
const Whose = z.strictObject({ user: Name.optional() });

export const listDevices = endpoint({
  id: 'listDevices',
  method: 'GET',
  path: '/projects/{p}/devices',
  summary: 'My devices; a data owner sees those of all members',
  access: inProject('device.own'),
  params: ProjectParams,
  reply: json(list(Device)),
  problems: []
});

export const listOwnDevices = endpoint({
  id: 'listOwnDevices',
  method: 'GET',
  path: '/auth/devices',
  summary: 'My devices, in all my projects',
  access: onPlatform('account.manage'),
  reply: json(list(Device)),
  problems: []
});

export const getDevice = endpoint({
  id: 'getDevice',
  method: 'GET',
  path: '/projects/{p}/devices/{name}',
  summary: 'One device, when it was last used and until when its certificates are good',
  access: inProject('device.own'),
  params: DeviceParams,
  query: Whose,
  reply: json(Device),
  problems: ['device.unknown']
});

export const issueCertificate = endpoint({
  id: 'issueCertificate',
  method: 'POST',
  path: '/projects/{p}/devices/{name}/certificate',
  summary:
    'A certificate for a device of mine, which is made with its first one; a device asks for its own next one',
  access: inProject('device.own', ['hub', 'token', 'device']),
  act: ({ params, body }) =>
    `Make a certificate (${body.format}) with which a program outside acts as you in the project ${params.p}, as the device ${params.name}. It is shown to you here, and to nobody else.`,
  params: DeviceParams,
  body: z
    .strictObject({ format: z.enum(formats).default('pem'), password: KeyPassword.optional() })
    .refine(({ format, password }) => format === 'pem' || password !== undefined, {
      path: ['password'],
      message: 'a key store needs a password'
    }),
  reply: json(Certificate, 201),
  problems: ['device.too-many', 'device.not-its-own']
});

export const revokeDevice = endpoint({
  id: 'revokeDevice',
  method: 'DELETE',
  path: '/projects/{p}/devices/{name}',
  summary: 'Revoke a device: its certificates are refused at once, and its open connections end',
  access: inProject('device.own', ['hub', 'token']),
  act: ({ params, query }) =>
    `Revoke the device ${params.name}${query.user === undefined ? '' : ` of ${query.user}`} in the project ${params.p}: whatever uses its certificates stops at once.`,
  params: DeviceParams,
  query: Whose,
  reply: empty,
  problems: ['device.unknown']
});

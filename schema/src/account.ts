import { z } from 'zod';
import { onPlatform, scopes } from './access.js';
import { Password } from './auth.js';
import { list, Name, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

/** One's own account: nothing of it can be done with a personal access token, whatever its scopes. */
const own = onPlatform('account.manage');
const ById = z.strictObject({ id: z.uuid() });
const Secret = z.string().min(1).max(200);
const Code = z.string().min(1).max(30);
/** It is read in the sentence that a person confirms: nothing in it may hide, turn round or end what is said there. */
const TokenName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine(
    name => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}“”]/u.test(name),
    'no control or hidden characters, and no “ or ”'
  );
const confirmed = ['auth.wrong-credentials', 'auth.throttled'] as const;

/** One sign-in, which lives until it is ended or not used for long. */
export const Session = z
  .strictObject({
    id: z.uuid(),
    /** In words: the browser and the system it told of. */
    device: z.string(),
    address: z.string().nullable(),
    signedInAt: Time,
    lastUsedAt: Time,
    /** The one that asks. */
    current: z.boolean()
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

export const listSessions = endpoint({
  id: 'listSessions',
  method: 'GET',
  path: '/auth/sessions',
  summary: 'Where I am signed in',
  access: own,
  reply: json(list(Session)),
  problems: []
});

export const endSession = endpoint({
  id: 'endSession',
  method: 'DELETE',
  path: '/auth/sessions/{id}',
  summary: 'End a sign-in of mine, its tokens and what it has open, at once',
  access: own,
  params: ById,
  reply: empty,
  problems: ['session.unknown']
});

export const endOtherSessions = endpoint({
  id: 'endOtherSessions',
  method: 'DELETE',
  path: '/auth/sessions',
  summary: 'End every sign-in of mine but this one',
  access: own,
  query: z.strictObject({ but: z.literal('this') }),
  reply: empty,
  problems: []
});

export const AccessToken = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    /** The one project that it is good in; null for all of its person's. */
    project: Name.nullable(),
    createdAt: Time,
    expiresAt: Time,
    lastUsedAt: Time.nullable(),
    lastAddress: z.string().nullable()
  })
  .meta({ id: 'AccessToken' });
export type AccessToken = z.infer<typeof AccessToken>;

export const NewToken = z
  .strictObject({ token: AccessToken, secret: z.string() })
  .meta({ id: 'NewAccessToken' });
export type NewToken = z.infer<typeof NewToken>;

export const listTokens = endpoint({
  id: 'listTokens',
  method: 'GET',
  path: '/auth/tokens',
  summary: 'My personal access tokens',
  access: own,
  reply: json(list(AccessToken)),
  problems: []
});

export const createToken = endpoint({
  id: 'createToken',
  method: 'POST',
  path: '/auth/tokens',
  summary: 'Make a personal access token; its secret is answered this once',
  access: own,
  body: z.strictObject({
    name: TokenName,
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .transform(given => [...new Set(given)]),
    project: Name.nullable().default(null),
    days: z.int().min(1).max(366, 'a year at most')
  }),
  reply: json(NewToken, 201),
  problems: ['project.unknown', 'token.too-many'],
  act: ({ body: { name, scopes: given, project, days } }) =>
    `Make the access token “${name}” of yours, good for ${days} days to ${given.join(', ')} ${project === null ? 'in all your projects' : `in ${project}`}.`
});

export const revokeToken = endpoint({
  id: 'revokeToken',
  method: 'DELETE',
  path: '/auth/tokens/{id}',
  summary: 'Revoke a token of mine; it is refused from this moment on',
  access: own,
  params: ById,
  reply: empty,
  problems: ['token.unknown']
});

export const changePassword = endpoint({
  id: 'changePassword',
  method: 'POST',
  path: '/auth/password',
  summary: 'Change my password, which ends every other sign-in of mine',
  access: own,
  body: z.strictObject({ current: Secret, password: Password }),
  reply: empty,
  problems: [...confirmed, 'auth.weak-password']
});

export const SecondFactor = z
  .strictObject({
    on: z.boolean(),
    since: Time.nullable(),
    recoveryCodesLeft: z.int().min(0)
  })
  .meta({ id: 'SecondFactor' });
export type SecondFactor = z.infer<typeof SecondFactor>;

export const Enrolment = z
  .strictObject({
    /** For an authenticator that is on the same device. */
    uri: z.string(),
    /** The same secret in base32, to be typed. */
    secret: z.string(),
    /** The same as a QR code: an SVG image. */
    qr: z.string()
  })
  .meta({ id: 'Enrolment' });
export type Enrolment = z.infer<typeof Enrolment>;

export const getSecondFactor = endpoint({
  id: 'getSecondFactor',
  method: 'GET',
  path: '/auth/second-factor',
  summary: 'Whether signing in wants a code beside my password',
  access: own,
  reply: json(SecondFactor),
  problems: []
});

export const enrolSecondFactor = endpoint({
  id: 'enrolSecondFactor',
  method: 'POST',
  path: '/auth/second-factor',
  summary: 'Begin with a second factor (TOTP, RFC 6238); it counts when a code of it has confirmed it',
  access: own,
  body: z.strictObject({ password: Secret }),
  reply: json(Enrolment),
  problems: [...confirmed, 'factor.on']
});

export const confirmSecondFactor = endpoint({
  id: 'confirmSecondFactor',
  method: 'PUT',
  path: '/auth/second-factor',
  summary: 'Confirm the second factor by a code of it; answers ten recovery codes, this once',
  access: own,
  body: z.strictObject({ code: Code }),
  reply: json(z.strictObject({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' })),
  problems: ['auth.wrong-code', 'auth.throttled', 'factor.off', 'factor.on']
});

export const removeSecondFactor = endpoint({
  id: 'removeSecondFactor',
  method: 'POST',
  path: '/auth/second-factor/removal',
  summary: 'Remove the second factor, by the password and a code or recovery code',
  access: own,
  body: z.strictObject({ password: Secret, code: Code }),
  reply: empty,
  problems: [...confirmed, 'auth.wrong-code', 'factor.off']
});

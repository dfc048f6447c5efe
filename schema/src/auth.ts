import { z } from 'zod';
import { channels, everyone, onPlatform, roles } from './access.js';
import { list, Name, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';

export const User = z
  .strictObject({ name: Name, displayName: z.string(), admin: z.boolean() })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const Password = z.string().min(8, 'at least 8 characters').max(200, 'at most 200 characters');

const Tokens = z
  .strictObject({ token: z.string(), refreshToken: z.string(), expiresAt: Time, user: User })
  .meta({ id: 'Tokens' });

export const Me = z
  .strictObject({
    user: User,
    via: z.enum(channels),
    /** The one project this credential acts in, for a notebook's or sandbox's. */
    project: z.strictObject({ name: Name, role: z.enum(roles), projectUser: z.string() }).nullable(),
    /** The device whose certificate it is. */
    device: Name.nullable(),
    /** Sent back as `X-CSRF-Token`; only for a hub session. */
    csrfToken: z.string().nullable(),
    hubUrl: z.url()
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const login = endpoint({
  id: 'login',
  method: 'POST',
  path: '/auth/login',
  summary: 'Sign in: answers tokens and sets the hub session cookie',
  access: everyone,
  body: z.strictObject({
    username: z.string().min(1).max(100),
    password: z.string().min(1).max(200),
    /** The second factor's code, or one of its recovery codes, where there is one. */
    otp: z.string().max(30).optional(),
    /** Where the password has to be changed first. */
    newPassword: Password.optional()
  }),
  reply: json(Tokens),
  problems: [
    'auth.second-factor',
    'auth.wrong-code',
    'auth.must-change',
    'auth.password-expired',
    'auth.weak-password',
    'auth.wrong-credentials',
    'auth.throttled',
    'auth.wrong-origin',
    'auth.hub-only'
  ]
});

export const refresh = endpoint({
  id: 'refresh',
  method: 'POST',
  path: '/auth/refresh',
  summary: 'Exchange a refresh token for new tokens; each works once',
  access: everyone,
  body: z.strictObject({ refreshToken: z.string().min(1).max(500) }),
  reply: json(Tokens),
  problems: ['auth.expired', 'auth.wrong-origin', 'auth.hub-only']
});

export const logout = endpoint({
  id: 'logout',
  method: 'POST',
  path: '/auth/logout',
  summary: 'End this session, its tokens and every notebook origin it entered',
  access: onPlatform('self.view'),
  reply: empty,
  problems: []
});

export const me = endpoint({
  id: 'me',
  method: 'GET',
  path: '/auth/me',
  summary: 'Who this credential is',
  access: onPlatform('self.view', channels),
  reply: json(Me),
  problems: []
});

/** A user as an administrator makes one, over the API or on the machine itself. */
export const NewUser = z.strictObject({
  username: Name,
  password: Password,
  displayName: z.string().min(1).max(100),
  admin: z.boolean().default(false)
});

export const createUser = endpoint({
  id: 'createUser',
  method: 'POST',
  path: '/users',
  summary: 'Create a user who signs in with a password',
  access: onPlatform('user.manage'),
  body: NewUser,
  reply: json(User, 201),
  problems: ['user.name-taken', 'auth.weak-password'],
  idempotent: true
});

export const searchUsers = endpoint({
  id: 'searchUsers',
  method: 'GET',
  path: '/users/search',
  summary: 'Find people by the beginning of their name, to invite them',
  access: onPlatform('user.search'),
  query: z.strictObject({ q: z.string().min(1).max(100) }),
  reply: json(list(User.omit({ admin: true }).meta({ id: 'Person' }))),
  problems: []
});

import { z } from 'zod';
import { onPlatform } from './access.js';
import { Id, list, Name, Time } from './common.js';
import { endpoint, json } from './endpoint.js';
import { problemCodes } from './problem.js';

/** How a pending act stands: `confirmed` while it is being done, `refused` where it could not be done after all. */
export const pendingStates = ['waiting', 'confirmed', 'done', 'refused', 'declined', 'expired'] as const;

/** Something dangerous that was asked for from a notebook origin and waits for its person's click on the hub. */
export const PendingAct = z
  .strictObject({
    id: Id,
    /** The window of the hub where it is decided. */
    url: z.url(),
    project: Name,
    operation: z.string(),
    /** What will happen, and to whom. */
    summary: z.string(),
    state: z.enum(pendingStates),
    askedAt: Time,
    expiresAt: Time,
    /** Why it was not done, where it was refused. */
    problem: z.strictObject({ code: z.enum(problemCodes), detail: z.string() }).nullable()
  })
  .meta({ id: 'PendingAct' });
export type PendingAct = z.infer<typeof PendingAct>;

/** What a dangerous act is answered, with 202, where it only waits. */
export const Held = z
  .strictObject({ pending: PendingAct.pick({ id: true, url: true, summary: true, expiresAt: true }) })
  .meta({ id: 'Held' });
export type Held = z.infer<typeof Held>;

/** Never from a notebook origin, a sandbox or a token: the click has to be a person's, in front of the hub. */
const onHub = onPlatform('self.view', ['hub']);
const PendingParams = z.strictObject({ id: z.uuid() });

export const listPending = endpoint({
  id: 'listPending',
  method: 'GET',
  path: '/pending',
  summary: 'What was asked for in my name and waits for my click',
  access: onHub,
  reply: json(list(PendingAct)),
  problems: []
});

export const getPending = endpoint({
  id: 'getPending',
  method: 'GET',
  path: '/pending/{id}',
  summary: 'What will happen, to whom, and how it stands',
  access: onHub,
  params: PendingParams,
  reply: json(PendingAct),
  problems: ['pending.unknown']
});

export const decidePending = endpoint({
  id: 'decidePending',
  method: 'POST',
  path: '/pending/{id}',
  summary: 'Confirm or decline, once; rights are judged again, and what the act answers is answered here',
  access: onHub,
  params: PendingParams,
  body: z.strictObject({ decision: z.enum(['confirm', 'decline']) }),
  reply: json(z.strictObject({ pending: PendingAct, answer: z.unknown() }).meta({ id: 'Decided' })),
  problems: ['pending.unknown', 'pending.over']
});

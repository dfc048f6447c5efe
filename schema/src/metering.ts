import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, Day, list, Name, ProjectParams } from './common.js';
import { endpoint, json } from './endpoint.js';

/** What notebook servers sent to one data scientist's browser on a day (UTC). */
export const Seen = z.strictObject({ user: Name, day: z.iso.date(), bytes: Bytes }).meta({ id: 'Seen' });
export type Seen = z.infer<typeof Seen>;

export const getMetering = endpoint({
  id: 'getMetering',
  method: 'GET',
  path: '/projects/{p}/metering',
  summary:
    'Bytes that notebook servers and the API sent to data scientists, by member and day, from one day to another (UTC, both included; the last 30 days by default)',
  access: inProject('audit.view', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  query: z
    .strictObject({ from: Day.optional(), to: Day.optional() })
    .refine(({ from, to }) => !from || !to || from <= to, { path: ['to'], message: 'before `from`' }),
  reply: json(list(Seen)),
  problems: []
});

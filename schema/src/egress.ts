import { z } from 'zod';
import { inProject, inProjectFromHub } from './access.js';
import { Bytes, Day, list, Name, ProjectParams } from './common.js';
import { endpoint, json } from './endpoint.js';

export const Egress = z
  .strictObject({
    /** Whether programs of data owners reach the internet. Data scientists’ never do. */
    enabled: z.boolean()
  })
  .meta({ id: 'Egress' });
export type Egress = z.infer<typeof Egress>;

const version = ({ enabled }: Egress): unknown => [enabled];

export const getEgress = endpoint({
  id: 'getEgress',
  method: 'GET',
  path: '/projects/{p}/egress',
  summary: 'Whether programs of the project’s data owners reach the internet',
  access: inProject('project.view'),
  params: ProjectParams,
  reply: json(Egress),
  problems: [],
  version
});

export const putEgress = endpoint({
  id: 'putEgress',
  method: 'PUT',
  path: '/projects/{p}/egress',
  summary:
    'Let programs of data owners reach the internet from the next start of their notebook server on, or cut them off at once',
  access: inProjectFromHub('egress.manage'),
  act: ({ params, body }) =>
    body.enabled
      ? `Let programs of every data owner of the project ${params.p} reach the internet: whatever code they run can then carry the project’s data out.`
      : `Cut the programs of all data owners of the project ${params.p} off from the internet: what they transfer now ends at once.`,
  params: ProjectParams,
  body: Egress,
  reply: json(Egress),
  problems: [],
  version
});

/** What programs of one member sent to the internet, and received from it, on a day (UTC). */
export const EgressUse = z
  .strictObject({ user: Name, day: z.iso.date(), sent: Bytes, received: Bytes })
  .meta({ id: 'EgressUse' });
export type EgressUse = z.infer<typeof EgressUse>;

export const getEgressUse = endpoint({
  id: 'getEgressUse',
  method: 'GET',
  path: '/projects/{p}/egress/use',
  summary:
    'Bytes that programs sent to the internet and received from it, by member and day, from one day to another (UTC, both included; the last 30 days by default)',
  access: inProject('audit.view', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  query: z
    .strictObject({ from: Day.optional(), to: Day.optional() })
    .refine(({ from, to }) => !from || !to || from <= to, { path: ['to'], message: 'before `from`' }),
  reply: json(list(EgressUse)),
  problems: []
});

import { z } from 'zod';
import { channels, inProject, onPlatform } from './access.js';
import { list, Page, ProjectParams, Time } from './common.js';
import { endpoint, json } from './endpoint.js';

/** By which way something came in: a request's channel, or without any request. `unknown` is older than the record. */
export const waysIn = [...channels, 'command line', 'platform', 'unknown'] as const;
export type WayIn = (typeof waysIn)[number];

export const outcomes = ['done', 'refused'] as const;

/** One row of the journal, as those who may read all of it see it. */
export const AuditRow = z
  .strictObject({
    /** Its place in the chain. */
    position: z.int(),
    at: Time,
    /** A user's name, or in parentheses the platform, its command line, or nobody known. */
    actor: z.string(),
    projectUser: z.string().nullable(),
    project: z.string().nullable(),
    /** What was done; for a refusal, the operation that was asked for. */
    action: z.string(),
    asset: z.string(),
    outcome: z.enum(outcomes),
    channel: z.enum(waysIn),
    address: z.string().nullable(),
    requestId: z.string().nullable(),
    data: z.record(z.string(), z.unknown())
  })
  .meta({ id: 'AuditRow' });
export type AuditRow = z.infer<typeof AuditRow>;

/** What is asked for; `action` and `asset` by their beginning. */
const Filters = z.strictObject({
  who: z.string().min(1).max(60).optional(),
  action: z.string().min(1).max(60).optional(),
  asset: z.string().min(1).max(500).optional(),
  /** From this time on, and before that one. */
  from: Time.optional(),
  to: Time.optional(),
  outcome: z.enum(outcomes).optional(),
  channel: z.enum(waysIn).optional()
});
export type Filters = z.infer<typeof Filters>;

const Format = z.strictObject({ format: z.enum(['csv', 'ndjson']).default('csv') });
const ofProject = { project: z.string().min(1).max(60).optional() };

const PageOfRows = Filters.extend(Page.shape);
const Export = Filters.extend(Format.shape);
const exported = { kind: 'bytes', status: 200, type: ['text/csv', 'application/x-ndjson'] } as const;

export const listProjectAudit = endpoint({
  id: 'listProjectAudit',
  method: 'GET',
  path: '/projects/{p}/audit',
  summary: 'What happened in the project, newest first',
  access: inProject('audit.view', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  query: PageOfRows,
  reply: json(list(AuditRow)),
  problems: []
});

export const exportProjectAudit = endpoint({
  id: 'exportProjectAudit',
  method: 'GET',
  path: '/projects/{p}/audit/export',
  summary: 'The same rows as a file; the export is itself a row',
  access: inProject('audit.view', ['hub', 'token', 'notebook']),
  params: ProjectParams,
  query: Export,
  reply: exported,
  problems: []
});

export const listPlatformAudit = endpoint({
  id: 'listPlatformAudit',
  method: 'GET',
  path: '/admin/audit',
  summary: 'What happened on the platform, and to projects as a whole, newest first',
  access: onPlatform('audit.view-platform'),
  query: PageOfRows.extend(ofProject),
  reply: json(list(AuditRow)),
  problems: []
});

export const exportPlatformAudit = endpoint({
  id: 'exportPlatformAudit',
  method: 'GET',
  path: '/admin/audit/export',
  summary: 'The same rows as a file; the export is itself a row',
  access: onPlatform('audit.view-platform'),
  query: Export.extend(ofProject),
  reply: exported,
  problems: []
});

/**
 * What is wrong with rows of the journal, by their positions (`head`: by lines of the file of heads).
 * - `altered`, `missing`, `extra`: against the row before;
 * - `rewritten`, `cut-off`, `older`, `unsigned`, `head`: against the signed heads outside the database.
 */
export const Fault = z
  .strictObject({
    kind: z.enum(['altered', 'missing', 'extra', 'rewritten', 'cut-off', 'older', 'unsigned', 'head']),
    from: z.number(),
    to: z.number(),
    detail: z.string()
  })
  .meta({ id: 'AuditFault' });
export type Fault = z.infer<typeof Fault>;

export const Verification = z
  .strictObject({
    verified: z.boolean(),
    rows: z.int(),
    /** The last row that was looked at, and its hash. */
    position: z.number(),
    hash: z.string().nullable(),
    /** Signed heads that were held against it, and the newest of them. */
    heads: z.int(),
    signed: z.strictObject({ position: z.int(), at: Time }).nullable(),
    faults: z.array(Fault),
    /** There are more than are listed. */
    moreFaults: z.boolean(),
    seconds: z.number()
  })
  .meta({ id: 'AuditVerification' });
export type Verification = z.infer<typeof Verification>;

/** A reading of the whole journal as an operation: how far it is, and what the last one found. */
export const VerificationState = z
  .strictObject({
    running: z
      .strictObject({
        by: z.string(),
        startedAt: Time,
        /** Rows that were read, of those that there were when it began. */
        rows: z.int(),
        of: z.int()
      })
      .nullable(),
    /** `found` is null where it could not be finished. */
    last: z.strictObject({ by: z.string(), at: Time, found: Verification.nullable() }).nullable()
  })
  .meta({ id: 'AuditVerificationState' });
export type VerificationState = z.infer<typeof VerificationState>;

export const getVerification = endpoint({
  id: 'getVerification',
  method: 'GET',
  path: '/admin/audit/verification',
  summary: 'The verification under way, and what the last one found',
  access: onPlatform('audit.view-platform'),
  reply: json(VerificationState),
  problems: []
});

export const startVerification = endpoint({
  id: 'startVerification',
  method: 'POST',
  path: '/admin/audit/verification',
  summary:
    'Begin to verify the journal; where that is under way already, it goes on. What it finds is journaled',
  access: onPlatform('audit.view-platform'),
  reply: json(VerificationState, 202),
  problems: []
});

export const verifyAudit = endpoint({
  id: 'verifyAudit',
  method: 'GET',
  path: '/admin/audit/verify',
  summary: 'Read the whole journal and say which rows are not as they were written',
  access: onPlatform('audit.view-platform'),
  reply: json(Verification),
  problems: []
});

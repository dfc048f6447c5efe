import { z } from 'zod';

/**
 * Every problem the API may answer: its HTTP status and title. A problem's `type` is
 * `urn:hopslab:problem:<code>` (RFC 9457); `retriable` says whether the same request may succeed later.
 */
export const problems = {
  'auth.required': { status: 401, title: 'Sign in first' },
  'auth.expired': { status: 401, title: 'The sign-in has expired' },
  'auth.wrong-credentials': { status: 401, title: 'Wrong username or password' },
  'auth.throttled': { status: 429, title: 'Too many failed sign-ins', retriable: true },
  'auth.two-credentials': { status: 400, title: 'More than one credential in the request' },
  'auth.csrf': { status: 403, title: 'The request did not prove that it comes from our pages' },
  'auth.hub-only': { status: 403, title: 'This has to be done on the hub' },
  'auth.wrong-origin': { status: 403, title: 'The request comes from another origin' },
  'auth.certificate': { status: 401, title: 'The certificate is not good' },
  'auth.second-factor': { status: 401, title: 'The code of your second factor is needed' },
  'auth.wrong-code': { status: 401, title: 'The code is not good' },
  'auth.password-expired': { status: 403, title: 'The one-time password has expired' },
  'auth.must-change': { status: 403, title: 'The password has to be changed' },
  'auth.weak-password': { status: 400, title: 'The password is too easy to guess' },
  'factor.on': { status: 409, title: 'The second factor is on already' },
  'factor.off': { status: 409, title: 'There is no second factor to confirm or to remove' },
  'session.unknown': { status: 404, title: 'There is no such sign-in' },
  'token.unknown': { status: 404, title: 'There is no such token' },
  'token.too-many': { status: 409, title: 'There are too many tokens' },
  'access.denied': { status: 403, title: 'A right is missing' },
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'request.too-large': { status: 413, title: 'The request is too large' },
  'request.media-type': { status: 415, title: 'The content type is not supported' },
  'request.idempotency-conflict': { status: 409, title: 'The idempotency key was used for another request' },
  'request.stale': { status: 412, title: 'It has changed since it was read' },
  'request.misdirected': { status: 421, title: 'The host name is not one of ours' },
  'route.unknown': { status: 404, title: 'There is no such address' },
  'route.method': { status: 405, title: 'The method is not allowed here' },
  'user.unknown': { status: 404, title: 'There is no such user' },
  'user.last-admin': { status: 409, title: 'At least one administrator always remains' },
  'user.yourself': { status: 409, title: 'It is your own account' },
  'user.name-taken': { status: 409, title: 'The username is taken' },
  'project.unknown': { status: 404, title: 'There is no such project' },
  'project.name-taken': { status: 409, title: 'The project name is taken' },
  'project.archived': { status: 409, title: 'The project is archived' },
  'service.off': { status: 409, title: 'The service is off in this project' },
  'member.unknown': { status: 404, title: 'There is no such member' },
  'member.last-owner': { status: 409, title: 'At least one data owner always remains' },
  'device.unknown': { status: 404, title: 'There is no such device' },
  'device.too-many': { status: 409, title: 'There are too many devices' },
  'device.not-its-own': { status: 403, title: 'A device can ask for its own certificate only' },
  'pending.unknown': { status: 404, title: 'There is no such pending act' },
  'pending.over': { status: 409, title: 'The act does not wait any more' },
  'pending.too-many': { status: 429, title: 'Too many acts wait for a click' },
  'dataset.unknown': { status: 404, title: 'There is no such dataset' },
  'dataset.name-taken': { status: 409, title: 'The dataset name is taken' },
  'dataset.built-in': { status: 409, title: 'The dataset is part of every project' },
  'public.unknown': { status: 404, title: 'There is no such public dataset' },
  'share.unknown': { status: 404, title: 'There is no such share' },
  'share.exists': { status: 409, title: 'It is shared already' },
  'share.too-many': { status: 409, title: 'Too many offers wait for an answer' },
  'share.withdrawn': { status: 409, title: 'The offer was taken back' },
  'share.answered': { status: 409, title: 'The offer was answered already' },
  'share.same-project': { status: 409, title: 'It is the project’s own' },
  'file.unknown': { status: 404, title: 'There is no such file' },
  'file.path': { status: 400, title: 'The path is not allowed' },
  'file.range': { status: 416, title: 'The range is beyond the file' },
  'file.not-a-file': { status: 409, title: 'The path names something else than a file' },
  'file.exists': { status: 409, title: 'There is something of that name' },
  'file.folder-not-empty': { status: 409, title: 'The folder is not empty' },
  'preview.unsupported': { status: 422, title: 'It is no table' },
  'preview.failed': { status: 422, title: 'The file cannot be read' },
  'preview.too-large': { status: 422, title: 'The file is too large to be shown' },
  'preview.changed': { status: 409, title: 'The file was changed meanwhile', retriable: true },
  'preview.busy': { status: 429, title: 'Too many files are looked at', retriable: true },
  'upload.unknown': { status: 404, title: 'There is no such upload' },
  'upload.offset': { status: 409, title: 'The upload has come to another byte' },
  'upload.too-many': { status: 409, title: 'Too many uploads are not finished' },
  'upload.version': { status: 412, title: 'This version of tus is not spoken' },
  'upload.busy': { status: 423, title: 'The upload is going on already', retriable: true },
  'upload.checksum': { status: 460, title: 'The checksum is another one' },
  'trash.unknown': { status: 404, title: 'It is not in the trash' },
  'operation.unknown': { status: 404, title: 'There is no such operation' },
  'operation.too-many': { status: 429, title: 'Too much is under way', retriable: true },
  'operation.too-much': { status: 409, title: 'It is too much at once' },
  'archive.refused': { status: 409, title: 'The archive is not sound' },
  'notebook.absent': { status: 404, title: 'The notebook server is not running' },
  'notebook.not-ready': { status: 409, title: 'The notebook server is not ready', retriable: true },
  'notebook.running': { status: 409, title: 'The notebook server is already running' },
  'lease.over-quota': { status: 409, title: 'The request is over the quota' },
  'lease.no-executors': { status: 409, title: 'The notebook server has no executors' },
  'lease.too-often': { status: 429, title: 'Asked for too often', retriable: true },
  'lease.no-gpu': { status: 409, title: 'There are no such GPUs' },
  'quota.used-up': { status: 409, title: 'The month’s quota is used up' },
  'quota.storage-full': { status: 409, title: 'The project’s storage is full' },
  'quota.above-project': { status: 409, title: 'A member’s limit is above the project’s' },
  'quota.too-many-requests': { status: 409, title: 'Requests of the project wait already' },
  'quota.request-unknown': { status: 404, title: 'There is no such request' },
  'quota.request-answered': { status: 409, title: 'The request was answered already' },
  'experiment.unknown': { status: 404, title: 'There is no such experiment' },
  'experiment.ended': { status: 409, title: 'The experiment has ended' },
  'service.unavailable': { status: 503, title: 'A service is not available', retriable: true },
  'server.fault': { status: 500, title: 'Something went wrong' }
} as const satisfies Record<string, { status: number; title: string; retriable?: boolean }>;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** One fault of a request; `pointer` is an RFC 6901 JSON pointer, its first segment `body`, `query`, `params` or `headers`. */
export const Fault = z.strictObject({ pointer: z.string(), detail: z.string() });
export type Fault = z.infer<typeof Fault>;

/** The body of `application/problem+json`. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(problemCodes),
    detail: z.string(),
    instance: z.string().optional(),
    requestId: z.string(),
    retriable: z.boolean(),
    errors: z.array(Fault).optional()
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

import type { Fault, Problem, ProblemCode } from '@hopslab/schema';

/** What went wrong with a call, in the API's own words; `offline` where nothing answered at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly code: ProblemCode | 'offline',
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly retriable: boolean,
    readonly requestId: string | null,
    readonly errors: readonly Fault[]
  ) {
    super(detail);
  }

  /** What is wrong with one field of the request, if the problem says so. */
  fault(field: string, part: 'body' | 'params' = 'body'): string | undefined {
    return this.errors.find(({ pointer }) => pointer === `/${part}/${field}`)?.detail;
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'title' in value;

/** Something between us and the server answered, or the server is older or newer than this page. */
const unexpected = (response: Response): ApiProblem =>
  new ApiProblem(
    response.status === 503 || response.status === 502 ? 'service.unavailable' : 'server.fault',
    response.status,
    'The server gave an unexpected answer',
    `The server answered ${response.status} without saying why. Try again in a moment.`,
    response.status >= 500,
    response.headers.get('x-request-id'),
    []
  );

export const offline = (cause: unknown): ApiProblem => {
  const problem = new ApiProblem(
    'offline',
    0,
    'The server cannot be reached',
    'The server cannot be reached. Check your connection; nothing was lost.',
    true,
    null,
    []
  );
  problem.cause = cause;
  return problem;
};

/** Reads the problem out of an answer that is not a success. */
export const problemOf = async (response: Response): Promise<ApiProblem> => {
  const body: unknown = await response.json().catch(() => null);
  if (!isProblem(body)) return unexpected(response);
  return new ApiProblem(
    body.code,
    response.status,
    body.title,
    body.detail,
    body.retriable,
    body.requestId,
    body.errors ?? []
  );
};

import type { Problem } from '@hopslab/schema';
import { problems } from '@hopslab/schema';
import type { Middleware } from 'koa';
import { ProblemError, problem } from '../platform/problem.js';
import type { Ctx, State } from './context.js';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';

const isLostDatabase = (error: unknown): boolean =>
  error instanceof Error &&
  // SQLSTATE classes 08 and 57P: the connection, or an operator who ends it.
  (/^(08|57P)/.test(codeOf(error)) ||
    /ECONNREFUSED|ENOENT|ECONNRESET|EPIPE|terminating connection|Connection terminated|Connection ended|not queryable|timeout expired|the database system is|Timeout acquiring a connection/.test(
      `${codeOf(error)} ${error.message}`
    ));

/** Of the platform's files, or of PostgreSQL's. */
const isFullDisk = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', '53100'].includes(codeOf(error));

const asProblem = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  if (isFullDisk(error))
    return problem(
      'service.unavailable',
      'The platform’s disk is full, so nothing was changed. Delete what is not needed, or ask the administrator for room; then try again.',
      { cause: error }
    );
  if (isLostDatabase(error))
    return problem('service.unavailable', 'The database does not answer just now; try again in a moment.', {
      cause: error
    });
  return problem('server.fault', 'The administrator finds the cause in the log by the request id.', {
    cause: error
  });
};

/** The body of a problem, as people and programs see it. */
export const bodyOf = (error: ProblemError, requestId: string, instance: string): Problem => ({
  type: `urn:hopslab:problem:${error.code}`,
  title: problems[error.code].title,
  status: error.status,
  code: error.code,
  detail: error.detail,
  instance,
  requestId,
  retriable: error.retriable,
  ...(error.errors ? { errors: [...error.errors] } : {})
});

const answer = (ctx: Ctx, error: ProblemError): void => {
  ctx.status = error.status;
  if (error.code === 'auth.throttled' || error.retriable) ctx.set('Retry-After', '1');
  ctx.body = JSON.stringify(bodyOf(error, ctx.state.requestId, ctx.path));
  ctx.type = 'application/problem+json';
};

/** Turns whatever is thrown into `application/problem+json`; unknown errors are logged whole and never speak. */
export const problemAnswers: Middleware<State> = async (ctx, next) => {
  try {
    await next();
    if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false)
      throw problem('route.unknown', `Nothing is at ${ctx.path}.`);
  } catch (error) {
    const told = asProblem(error);
    if (told.code === 'server.fault') ctx.state.log.error({ err: error }, 'unexpected fault');
    else if (told.code === 'service.unavailable')
      ctx.state.log.warn({ err: told.cause ?? told }, told.detail);
    answer(ctx, told);
  }
};

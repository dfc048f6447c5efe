import type { Problem } from '@hopslab/schema';
import { problems } from '@hopslab/schema';
import type { Middleware } from 'koa';
import { ProblemError, problem } from '../platform/problem.js';
import type { Ctx, State } from './context.js';

const isLostDatabase = (error: unknown): boolean =>
  error instanceof Error &&
  /ECONNREFUSED|ENOENT|ECONNRESET|terminating connection|Connection terminated|the database system is|Timeout acquiring a connection/.test(
    `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`
  );

const asProblem = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
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

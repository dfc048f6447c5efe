import { problems, type Fault, type ProblemCode } from '@hopslab/schema';

/** The one error that people may see; everything else is answered as a generic fault. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly retriable: boolean;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors?: readonly Fault[],
    cause?: unknown
  ) {
    super(`${code}: ${detail}`, { cause });
    const known: { status: number; retriable?: boolean } = problems[code];
    this.status = known.status;
    this.retriable = known.retriable ?? false;
  }
}

/** Makes a problem to throw; `detail` says what was wrong, where, and what to do. */
export const problem = (
  code: ProblemCode,
  detail: string,
  more: { cause?: unknown; errors?: readonly Fault[] } = {}
): ProblemError => new ProblemError(code, detail, more.errors, more.cause);

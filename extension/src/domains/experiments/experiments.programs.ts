import { ServerConnection } from '@jupyterlab/services';
import { experiments } from '@hopslab/schema';
import { z } from 'zod';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Scalar = z.infer<typeof Scalar>;

/** What the notebook server reads of a program's functions. */
const Parameter = z.object({
  name: z.string(),
  required: z.boolean(),
  default: Scalar.optional(),
  proposal: experiments.Dimension.optional()
});
const FoundFunction = z.object({
  name: z.string(),
  /** In which of a notebook's code cells, counted from 1; null in a file. */
  cell: z.int().nullable(),
  line: z.int(),
  summary: z.string(),
  parameters: z.array(Parameter),
  metrics: z.array(z.string()),
  direction: experiments.Direction,
  reports: z.boolean(),
  options: z.record(z.string(), z.unknown())
});
export type FoundFunction = z.infer<typeof FoundFunction>;

const Found = z.object({
  functions: z.array(FoundFunction),
  notes: z.array(z.string()),
  algorithms: z.array(z.string()),
  pruners: z.array(z.string())
});
export type Found = z.infer<typeof Found>;

const Fault = z.object({ field: z.string(), detail: z.string() });
export type Fault = z.infer<typeof Fault>;
const Judged = z.object({ faults: z.array(Fault) });

/** A search that a form began, in a kernel of its own. */
const Run = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  log: z.string(),
  startedAt: z.string(),
  state: z.enum(['starting', 'running', 'complete', 'stopped', 'failed']),
  step: z.string().optional(),
  detail: z.string().optional(),
  traceback: z.string().optional(),
  /** Once it is registered. */
  experiment: z.string().nullish()
});
export type Run = z.infer<typeof Run>;

/** What the form asks for; the notebook server judges it. */
export interface ProgramForm {
  readonly path: string;
  readonly function: string;
  readonly cell: number | null;
  readonly space: Readonly<Record<string, unknown>>;
  readonly [setting: string]: unknown;
}

/** The notebook server could not do it, and why. */
export class ProgramProblem extends Error {}

const Registered = z.object({ name: z.string(), version: z.int() });

const Refusal = z.object({ refused: z.object({ detail: z.string() }) });

/** What the notebook server does with programs; everything rejects with a `ProgramProblem`. */
export interface Programs {
  find(path: string): Promise<Found>;
  check(form: ProgramForm): Promise<readonly Fault[]>;
  /** Begins it, or answers its faults. */
  run(form: ProgramForm): Promise<Run | readonly Fault[]>;
  runs(): Promise<readonly Run[]>;
  stand(id: string): Promise<Run>;
  /** Registers the model that a trial has kept. */
  register(asked: {
    readonly experiment: string;
    readonly trial: number;
    readonly name: string;
    readonly description: string;
  }): Promise<z.infer<typeof Registered>>;
}

export const createPrograms = (settings = ServerConnection.makeSettings()): Programs => {
  const ask = async (method: 'GET' | 'POST', what: string, body?: object): Promise<unknown> => {
    const address = new URL(`hopslab/experiments/${what}`, settings.baseUrl).href;
    const sent = { method, ...(body && { body: JSON.stringify(body) }) };
    const answer = await ServerConnection.makeRequest(address, sent, settings).catch((error: unknown) => {
      throw new ProgramProblem(String(error));
    });
    const said: unknown = await answer.json().catch(() => null);
    const refused = Refusal.safeParse(said);
    if (refused.success) throw new ProgramProblem(refused.data.refused.detail);
    if (!answer.ok && !(answer.status === 422 && Judged.safeParse(said).success)) {
      const reason = z.object({ reason: z.string() }).safeParse(said);
      throw new ProgramProblem(reason.data?.reason ?? answer.statusText);
    }
    return said;
  };
  return {
    find: async path => Found.parse(await ask('POST', 'find', { path })),
    check: async form => Judged.parse(await ask('POST', 'check', form)).faults,
    run: async form => {
      const said = await ask('POST', 'runs', form);
      const judged = Judged.safeParse(said);
      return judged.success ? judged.data.faults : Run.parse(said);
    },
    runs: async () => z.object({ items: z.array(Run) }).parse(await ask('GET', 'runs')).items,
    stand: async id => Run.parse(await ask('GET', `runs/${id}`)),
    register: async asked => Registered.parse(await ask('POST', 'models', asked))
  };
};

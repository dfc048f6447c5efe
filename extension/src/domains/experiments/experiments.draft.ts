import type { experiments } from '@hopslab/schema';
import type { Fault, FoundFunction, ProgramForm, Scalar } from './experiments.programs.js';

/** What is done with a parameter: searched in one of the ways, given, or left at the function's own default. */
const dimensionKinds = ['uniform', 'loguniform', 'quniform', 'qloguniform', 'randint', 'choice'] as const;
export const kinds = ['default', 'constant', ...dimensionKinds] as const;
export type Kind = (typeof kinds)[number];

type Direction = experiments.Experiment['direction'];

/** A parameter as it is being entered: texts, because what is half entered is no number yet. */
export interface ParameterDraft {
  readonly name: string;
  readonly kind: Kind;
  readonly low: string;
  readonly high: string;
  readonly step: string;
  /** Of a choice, separated by commas; of a constant the one value. */
  readonly options: string;
  /** The function has to be given it. */
  readonly required: boolean;
}

/** The form as it is being entered. */
export interface Draft {
  readonly path: string;
  readonly function: string;
  readonly cell: number | null;
  readonly parameters: readonly ParameterDraft[];
  /** One, or several with commas between them. */
  readonly metric: string;
  /** One for each of them; where there are more metrics the others are to be small, as costs are. */
  readonly directions: readonly Direction[];
  readonly algorithm: string;
  readonly pruner: string;
  readonly trials: number | null;
  readonly parallel: number | null;
  readonly time: string;
  readonly seed: string;
  readonly name: string;
  readonly description: string;
}

/** A value as people write it, and as Python does: `rbf`, `"1"`, `0.5`, `True`, `None`. */
export const scalarOf = (text: string): Scalar => {
  const said = text.trim();
  if (said === 'True' || said === 'true') return true;
  if (said === 'False' || said === 'false') return false;
  if (said === 'None' || said === 'null') return null;
  const quoted = /^(["'])(.*)\1$/.exec(said);
  if (quoted) return quoted[2] ?? '';
  const number = Number(said);
  return said !== '' && Number.isFinite(number) ? number : said;
};

export const textOf = (value: Scalar): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  return scalarOf(value) === value && !value.includes(',') ? value : JSON.stringify(value);
};

/** At commas that are in no quotation. */
const optionsOf = (text: string): Scalar[] =>
  (text.match(/("[^"]*"|'[^']*'|[^,])+/g) ?? []).filter(part => part.trim() !== '').map(scalarOf);

const parameterOf = (found: FoundFunction['parameters'][number]): ParameterDraft => {
  const { name, required, proposal } = found;
  const shown = found.default === undefined ? '' : textOf(found.default);
  const empty = { name, required, low: '', high: '', step: '', options: shown };
  if (!proposal) return { ...empty, kind: 'default' };
  if (proposal.kind === 'choice') {
    const options = proposal.options.map(textOf).join(', ');
    return { ...empty, kind: proposal.options.length === 1 ? 'constant' : 'choice', options };
  }
  const step = 'step' in proposal && proposal.step !== undefined ? String(proposal.step) : '';
  return { ...empty, kind: proposal.kind, low: String(proposal.low), high: String(proposal.high), step };
};

/** The metrics of the form, each with its direction. */
export const objectivesOf = ({
  metric,
  directions
}: Pick<Draft, 'metric' | 'directions'>): readonly experiments.Objective[] => {
  const named = metric
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '');
  return (named.length === 0 ? [''] : named).map((one, index) => ({
    metric: one,
    direction: directions[index] ?? 'minimize'
  }));
};

const listed = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string');

const directionsOf = ({ options, direction }: FoundFunction): readonly Direction[] => {
  const given = listed(options['direction']).filter(one => one === 'maximize' || one === 'minimize');
  // One that is not given is read as "maximize", whatever the metric is called.
  return given.length > 1 || given[0] === 'minimize' ? given : [direction];
};

const said = (options: FoundFunction['options'], name: string): string => {
  const value = options[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const counted = (options: FoundFunction['options'], name: string): number | null =>
  typeof options[name] === 'number' ? options[name] : null;

/** The form to begin with. */
export const draftOf = (path: string, found: FoundFunction): Draft => {
  const { options } = found;
  // A cell that declares a search has options always, and what it leaves out is not asked for.
  const declared = Object.keys(options).length > 0;
  return {
    path,
    function: found.name,
    cell: found.cell,
    parameters: found.parameters.map(parameterOf),
    metric: listed(options['metric']).join(', ') || (found.metrics[0] ?? 'value'),
    directions: directionsOf(found),
    algorithm: said(options, 'algorithm') || 'tpe',
    pruner: said(options, 'pruner').split(':')[0] || (found.reports && !declared ? 'median' : ''),
    trials: counted(options, 'trials') ?? 20,
    parallel: counted(options, 'parallel'),
    time: said(options, 'time'),
    seed: said(options, 'seed'),
    name: said(options, 'name') || found.name,
    description: said(options, 'description')
  };
};

const dimensionOf = ({ kind, low, high, step, options }: ParameterDraft): unknown => {
  if (kind === 'constant') return { kind: 'choice', options: [scalarOf(options)] };
  if (kind === 'choice') return { kind, options: optionsOf(options) };
  const stepped = kind === 'quniform' || kind === 'qloguniform' || (kind === 'randint' && step.trim() !== '');
  return { kind, low: scalarOf(low), high: scalarOf(high), ...(stepped && { step: scalarOf(step) }) };
};

/** What the form asks for. */
export const formOf = (draft: Draft): ProgramForm => {
  const { path, cell, parameters, algorithm, trials, parallel, name, description } = draft;
  const objectives = objectivesOf(draft);
  const several = objectives.length > 1;
  const [metrics, directions] = [objectives.map(one => one.metric), objectives.map(one => one.direction)];
  const searched = parameters.filter(({ kind }) => kind !== 'default');
  return {
    path,
    cell,
    function: draft.function,
    space: Object.fromEntries(searched.map(one => [one.name, dimensionOf(one)])),
    metric: several ? metrics : metrics[0],
    direction: several ? directions : directions[0],
    ...{ algorithm, trials, parallel, name, description },
    pruner: draft.pruner || null,
    time: draft.time.trim() || null,
    seed: draft.seed.trim() === '' ? null : scalarOf(draft.seed)
  };
};

/** The faults of one field, in one text; undefined where there are none. */
export const faultOf = (faults: readonly Fault[], field: string): string | undefined =>
  faults
    .filter(fault => fault.field === field)
    .map(({ detail }) => detail)
    .join(' ') || undefined;

import type { experiments } from '@hopslab/schema';

type Value = experiments.Trial['params'][string];

const literal = (value: Value): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
};

/** In a comment a name of somebody else's ends no line, and hides nothing of it. */
const comment = (name: string): string => name.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');

const dictionary = (params: experiments.Trial['params']): string =>
  `{${Object.entries(params)
    .map(([key, value]) => `${JSON.stringify(key)}: ${literal(value)}`)
    .join(', ')}}`;

/** A trial's hyperparameters as a line of Python. */
export const trialAsCode = (
  { name, metric, objectives }: Pick<experiments.Experiment, 'name' | 'metric' | 'objectives'>,
  { number, value, params, metrics }: experiments.Trial
): string => {
  const others = objectives.slice(1).map(one => `, ${comment(one.metric)} ${metrics[one.metric] ?? '?'}`);
  const result = value === null ? '' : `: ${comment(metric)} ${value}${others.join('')}`;
  return `# ${comment(name)}, trial ${number}${result}\nparams = ${dictionary(params)}\n`;
};

/** The best hyperparameters as a line of Python, to paste into a notebook. */
export const bestAsCode = ({
  name,
  metric,
  best
}: Pick<experiments.Experiment, 'name' | 'metric' | 'best'>): string => {
  if (!best) return '';
  const title = `${comment(name)}: ${comment(metric)} ${best.value} (trial ${best.number})`;
  return `# ${title}\nbest = ${dictionary(best.params)}\n`;
};

type Dimension = experiments.Dimension;

const bounds = (dimension: Exclude<Dimension, { kind: 'choice' }>): string => {
  const { low, high } = dimension;
  const step = 'step' in dimension && dimension.step !== undefined ? [dimension.step] : [];
  return [low, high, ...step].map(String).join(', ');
};

const condition = ({ when = [] }: Dimension): string =>
  when.length === 0
    ? ''
    : `.when(${when.map(one => `${one.name}=[${one.in.map(literal).join(', ')}]`).join(', ')})`;

/** One dimension as it is written in a cell, such as `uniform(0, 1)`. */
export const dimensionAsCode = (dimension: Dimension): string => {
  const inside = dimension.kind === 'choice' ? dimension.options.map(literal).join(', ') : bounds(dimension);
  return `${dimension.kind}(${inside})${condition(dimension)}`;
};

const oneOrList = (values: readonly string[]): string =>
  values.length === 1 ? literal(values[0] ?? '') : `[${values.map(literal).join(', ')}]`;

/** The metric and its direction as arguments of a call; of several lists. */
export const objectivesAsCode = ({
  objectives
}: Pick<experiments.Experiment, 'objectives'>): readonly string[] => [
  `metric=${oneOrList(objectives.map(({ metric }) => metric))}`,
  `direction=${oneOrList(objectives.map(({ direction }) => direction))}`
];

/** The lines that begin an experiment once more, to be changed; its function has to be there. */
export const experimentAsCode = (experiment: experiments.Experiment): string => {
  const { space, planned, algorithm, parallel, pruner, seed, time, gpuHours } = experiment;
  const given: readonly (readonly [string, Value])[] = [
    ['trials', planned],
    ['algorithm', algorithm],
    ['parallel', parallel],
    ['pruner', pruner],
    ['seed', seed],
    ['time', time],
    ['gpu_hours', gpuHours],
    ['name', experiment.name]
  ];
  return [
    'from hopslab import experiment',
    '',
    'result = experiment.run(',
    '    train,  # the function, as in the notebook or program of the experiment',
    '    {',
    ...Object.entries(space).map(
      ([name, one]) => `        ${JSON.stringify(name)}: experiment.${dimensionAsCode(one)},`
    ),
    '    },',
    ...objectivesAsCode(experiment).map(line => `    ${line},`),
    ...given.filter(([, value]) => value !== null).map(([name, value]) => `    ${name}=${literal(value)},`),
    ...(experiment.tags.length > 0 ? [`    tags=[${experiment.tags.map(literal).join(', ')}],`] : []),
    ')',
    ''
  ].join('\n');
};

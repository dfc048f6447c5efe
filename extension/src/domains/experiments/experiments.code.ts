import type { experiments } from '@hopslab/schema';

type Value = experiments.Trial['params'][string];

const literal = (value: Value): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
};

const dictionary = (params: experiments.Trial['params']): string =>
  `{${Object.entries(params)
    .map(([key, value]) => `${JSON.stringify(key)}: ${literal(value)}`)
    .join(', ')}}`;

/** A trial's hyperparameters as a line of Python. */
export const trialAsCode = (
  { name, metric }: Pick<experiments.Experiment, 'name' | 'metric'>,
  { number, value, params }: experiments.Trial
): string => {
  const title = name.replace(/\s+/g, ' ');
  const result = value === null ? '' : `: ${metric} ${value}`;
  return `# ${title}, trial ${number}${result}\nparams = ${dictionary(params)}\n`;
};

/** The best hyperparameters as a line of Python, to paste into a notebook. */
export const bestAsCode = ({
  name,
  metric,
  best
}: Pick<experiments.Experiment, 'name' | 'metric' | 'best'>): string => {
  if (!best) return '';
  const title = name.replace(/\s+/g, ' ');
  return `# ${title}: ${metric} ${best.value} (trial ${best.number})\nbest = ${dictionary(best.params)}\n`;
};

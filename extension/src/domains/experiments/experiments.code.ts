import type { experiments } from '@hopslab/schema';

type Value = experiments.Trial['params'][string];

const literal = (value: Value): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
};

/** The best hyperparameters as a line of Python, to paste into a notebook. */
export const bestAsCode = ({
  name,
  metric,
  best
}: Pick<experiments.Experiment, 'name' | 'metric' | 'best'>): string => {
  if (!best) return '';
  const entries = Object.entries(best.params).map(
    ([key, value]) => `${JSON.stringify(key)}: ${literal(value)}`
  );
  const title = name.replace(/\s+/g, ' ');
  return `# ${title}: ${metric} ${best.value} (trial ${best.number})\nbest = {${entries.join(', ')}}\n`;
};

import type { experiments } from '@hopslab/schema';

type Trial = experiments.Trial;
type Cell = string | number | boolean | null | undefined;

/** A text that a spreadsheet would take for a formula, and run. */
const isFormula = (text: string): boolean => /^[=+\-@\t\r]/.test(text);

const cell = (value: Cell): string => {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = isFormula(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The trials as a table (RFC 4180): a line for each, its hyperparameters and all its metrics in columns. */
export const trialsAsCsv = (
  { space, metric, objectives }: Pick<experiments.Experiment, 'space' | 'metric' | 'objectives'>,
  trials: readonly Trial[]
): string => {
  const params = [...new Set([...Object.keys(space), ...trials.flatMap(trial => Object.keys(trial.params))])];
  const metrics = [...new Set(trials.flatMap(trial => Object.keys(trial.metrics)))].filter(
    name => name !== metric
  );
  const gpus = trials.some(trial => trial.usage?.gpu);
  const head = [
    'trial',
    'state',
    metric,
    ...params.map(name => `param_${name}`),
    ...metrics.map(name => `metric_${name}`),
    ...(objectives.length > 1 ? ['front'] : []),
    'attempt',
    'executor',
    'started_at',
    'ended_at',
    'cpu_seconds',
    'peak_memory',
    ...(gpus ? ['gpus', 'gpu_busy', 'gpu_peak_memory'] : []),
    'reason'
  ];
  const lines = trials.map(trial => [
    trial.number,
    trial.state,
    trial.value,
    ...params.map(name => trial.params[name]),
    ...metrics.map(name => trial.metrics[name]),
    ...(objectives.length > 1 ? [trial.front === true] : []),
    trial.attempt,
    trial.executor,
    trial.startedAt,
    trial.endedAt,
    trial.usage?.cpuSeconds,
    trial.usage?.peakMemory,
    ...(gpus ? [trial.usage?.gpu?.count, trial.usage?.gpu?.busy, trial.usage?.gpu?.peakMemory] : []),
    trial.reason
  ]);
  return [head, ...lines].map(line => `${line.map(cell).join(',')}\r\n`).join('');
};

import type { experiments as contract } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';

type Space = contract.Experiment['space'];
type Params = contract.Trial['params'];

const valueOf = (params: Params, name: string): Params[string] | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

/** Whether a dimension is asked for beside these values. */
const isActive = ({ when = [] }: contract.Dimension, params: Params): boolean =>
  when.every(({ name, in: values }) => {
    const value = valueOf(params, name);
    return value !== undefined && values.includes(value);
  });

const fault = (dimension: contract.Dimension, value: Params[string]): string | null => {
  if (dimension.kind === 'choice')
    return dimension.options.includes(value)
      ? null
      : `is no option; the options are ${dimension.options.map(one => JSON.stringify(one)).join(', ')}`;
  const { low, high, kind } = dimension;
  if (typeof value !== 'number') return 'has to be a number';
  if (kind === 'randint' && !Number.isInteger(value)) return 'has to be a whole number';
  return value < low || value > high ? `has to be from ${low} to ${high}` : null;
};

const faultOf = (dimension: contract.Dimension, params: Params, name: string): string | null => {
  const value = valueOf(params, name);
  if (!isActive(dimension, params))
    return value === undefined ? null : 'is not asked for where the others have these values; leave it out';
  return value === undefined ? 'is missing' : fault(dimension, value);
};

/** Refuses a point that the space does not have; names every fault of it. */
export const checkPoint = (space: Space, params: Params): void => {
  const faults = [
    ...Object.keys(params)
      .filter(name => !Object.hasOwn(space, name))
      .map(name => ({ name, detail: 'is no hyperparameter of this experiment' })),
    ...Object.entries(space).flatMap(([name, dimension]) => {
      const detail = faultOf(dimension, params, name);
      return detail === null ? [] : [{ name, detail }];
    })
  ];
  if (faults.length === 0) return;
  throw problem('request.invalid', `${faults.map(({ name, detail }) => `${name} ${detail}`).join('; ')}.`, {
    errors: faults.map(({ name, detail }) => ({ pointer: `/body/params/${name}`, detail }))
  });
};

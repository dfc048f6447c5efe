import type { experiments as contract, Fault } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';

type Space = Readonly<Record<string, contract.Dimension>>;

const boundsFaults = (dimension: contract.Dimension): string[] => {
  if (dimension.kind === 'choice') return [];
  const { kind, low, high } = dimension;
  if (kind === 'randint' ? low > high : low >= high)
    return [kind === 'randint' ? 'low is above high' : 'low has to be below high'];
  const step = 'step' in dimension ? dimension.step : undefined;
  return step !== undefined && step > high - low ? ['step is wider than from low to high'] : [];
};

const conditionFaults = (space: Space, name: string): string[] =>
  (space[name]?.when ?? []).flatMap(({ name: on, in: values }) => {
    const parent = Object.hasOwn(space, on) ? space[on] : undefined;
    if (on === name) return ['when: it depends on itself'];
    if (parent === undefined) return [`when: there is no dimension ${on}`];
    if (parent.kind === 'uniform' || parent.kind === 'loguniform')
      return [`when: ${on} is ${parent.kind}, which hits no value twice`];
    if (parent.kind !== 'choice') return [];
    const { options } = parent;
    return values
      .filter(value => !options.includes(value))
      .map(value => `when: ${JSON.stringify(value)} is no option of ${on}`);
  });

/** The dimensions whose conditions go round in a circle, or wait for such. */
const circle = (space: Space): string[] => {
  let left = Object.keys(space);
  for (;;) {
    const waiting = new Set(left);
    const next = left.filter(name => space[name]?.when?.some(({ name: on }) => waiting.has(on)));
    if (next.length === left.length) return left;
    left = next;
  }
};

/** Refuses a search space that makes no sense; names every fault of it. */
export const checkSpace = (space: Space): void => {
  const faultOf = (name: string, detail: string): Fault => ({ pointer: `/body/space/${name}`, detail });
  const errors = Object.entries(space).flatMap(([name, dimension]) =>
    [...boundsFaults(dimension), ...conditionFaults(space, name)].map(detail => faultOf(name, detail))
  );
  if (errors.length === 0)
    errors.push(...circle(space).map(name => faultOf(name, 'when: its conditions go round in a circle')));
  if (errors.length > 0)
    throw problem(
      'request.invalid',
      `${errors.map(({ pointer, detail }) => `${pointer.slice(12)}: ${detail}`).join('; ')}.`,
      { errors }
    );
};

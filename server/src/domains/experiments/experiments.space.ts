import type { experiments as contract, Fault } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';

const faultOf = (dimension: contract.Dimension): string | undefined => {
  switch (dimension.kind) {
    case 'choice':
      return undefined;
    case 'randint':
      return dimension.low > dimension.high ? 'low is above high' : undefined;
    default:
      return dimension.low >= dimension.high ? 'low has to be below high' : undefined;
  }
};

/** Refuses a search space that makes no sense; names every fault of it. */
export const checkSpace = (space: Readonly<Record<string, contract.Dimension>>): void => {
  const errors: Fault[] = Object.entries(space).flatMap(([name, dimension]) => {
    const detail = faultOf(dimension);
    return detail === undefined ? [] : [{ pointer: `/body/space/${name}`, detail }];
  });
  if (errors.length > 0)
    throw problem(
      'request.invalid',
      `${errors.map(({ pointer, detail }) => `${pointer.slice(12)}: ${detail}`).join('; ')}.`,
      { errors }
    );
};

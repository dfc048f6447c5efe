import type { experiments as contract } from '@hopslab/schema';

type State = contract.Experiment['state'];
export type Order = 'pause' | 'continue' | 'stop' | 'stop after running';

/** States in which a driver is at work. */
export const openStates = ['running', 'paused', 'draining', 'stopping'] as const satisfies readonly State[];

export const isOpen = ({ state }: { readonly state: State }): boolean =>
  (openStates as readonly State[]).includes(state);

const begun: Readonly<Record<Order, State>> = {
  pause: 'paused',
  continue: 'running',
  stop: 'stopping',
  'stop after running': 'draining'
};

/**
 * The state after an order; the only place that says so. What is being stopped is only stopped sooner, and an end stays:
 * stopping again is no fault. Null where the order cannot be obeyed any more.
 *
 *     running <──> paused ──> draining ──> stopping
 */
export const steered = (state: State, order: Order): State | null => {
  if (state === 'running' || state === 'paused') return begun[order];
  if (order === 'pause' || order === 'continue') return null;
  return state === 'draining' ? begun[order] : state;
};

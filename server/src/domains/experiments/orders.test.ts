import { experiments as contract } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { isOpen, steered, type Order } from './orders.js';

const orders: readonly Order[] = ['pause', 'continue', 'stop', 'stop after running'];

describe('an order', () => {
  it('given again changes nothing, whatever the state', () => {
    for (const state of contract.experimentStates)
      for (const order of orders) {
        const once = steered(state, order);
        if (once !== null) expect(steered(once, order), `${order} when ${state}`).toBe(once);
      }
  });

  it('never takes back a stop, nor an end', () => {
    for (const order of orders) {
      expect(['draining', 'stopping', null]).toContain(steered('draining', order));
      expect(['stopping', null]).toContain(steered('stopping', order));
      for (const state of contract.experimentStates.filter(one => !isOpen({ state: one })))
        expect([state, null]).toContain(steered(state, order));
    }
  });

  it('pauses and goes on, and stops what is paused', () => {
    expect(steered('running', 'pause')).toBe('paused');
    expect(steered('paused', 'continue')).toBe('running');
    expect(steered('paused', 'stop after running')).toBe('draining');
    expect(steered('draining', 'stop')).toBe('stopping');
  });
});

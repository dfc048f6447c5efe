import { describe, expect, it } from 'vitest';
import { experimentOf, trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { endedTrials, experimentSupersedes, hasEnded, trialSupersedes } from './experiments.order.js';

const early = '2026-11-20T10:00:00Z';
const later = '2026-11-20T10:00:00.500Z';

describe('trials', () => {
  it('only go forward within an attempt', () => {
    const running = trialOf(1, { state: 'running', value: null, endedAt: null });
    const done = trialOf(1);
    expect(trialSupersedes(done, running)).toBe(true);
    expect(trialSupersedes(running, done)).toBe(false);
    expect(trialSupersedes(done, done)).toBe(true);
  });

  it('begin anew with a later attempt, whatever the precision of the times', () => {
    const failed = trialOf(6, { startedAt: early });
    const again = trialOf(6, { state: 'running', startedAt: later });
    expect(trialSupersedes(again, failed)).toBe(true);
    expect(trialSupersedes(failed, again)).toBe(false);
  });

  it('that are queued know nothing of those that have begun', () => {
    const queued = trialOf(1, { state: 'queued', startedAt: null });
    expect(trialSupersedes(queued, trialOf(1))).toBe(false);
    expect(trialSupersedes(trialOf(1), queued)).toBe(true);
  });
});

describe('experiments', () => {
  const five = experimentOf(1, trialsOf(5), { state: 'running', endedAt: null });
  const six = experimentOf(1, trialsOf(6), { state: 'running', endedAt: null });

  it('grow', () => {
    expect(endedTrials(six)).toBe(6);
    expect(experimentSupersedes(six, five)).toBe(true);
    expect(experimentSupersedes(five, six)).toBe(false);
  });

  it('end for good', () => {
    const stopped = experimentOf(1, trialsOf(5), { state: 'stopped' });
    expect(hasEnded(stopped)).toBe(true);
    expect(experimentSupersedes(stopped, six)).toBe(true);
    expect(experimentSupersedes(six, stopped)).toBe(false);
  });

  it('go on where they are resumed, and are paused and not', () => {
    const stopped = experimentOf(1, trialsOf(5), { state: 'stopped' });
    const resumed = experimentOf(1, trialsOf(3), { state: 'running', epoch: 2 });
    const paused = { ...five, state: 'paused' as const };
    expect(experimentSupersedes(resumed, stopped)).toBe(true);
    expect(experimentSupersedes(stopped, resumed)).toBe(false);
    expect(experimentSupersedes(paused, five) && experimentSupersedes(five, paused)).toBe(true);
  });
});

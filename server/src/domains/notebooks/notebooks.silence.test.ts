import { describe, expect, it } from 'vitest';
import { createSilence } from './notebooks.silence.js';

const compute = {
  id: 'lease',
  state: 'held' as const,
  holder: 'sweep.ipynb',
  since: '2026-11-22T10:00:00Z',
  executors: 1,
  total_memory: 1,
  position: null,
  why: null,
  elastic: false,
  keep: null,
  keep_why: null,
  more: null
};
const run = (renewed_at: string, id = 'run', lease = 'lease') => ({
  id,
  compute: { ...compute, id: lease, renewed_at }
});

describe('silence', () => {
  const start = () => {
    let at = 0;
    const silentAmong = createSilence(() => at);
    return (
      seconds: number,
      step: number,
      renewedAt: (second: number) => string,
      ...ids: [id?: string, lease?: string]
    ) => {
      let found = 0;
      for (let passed = 0; passed < seconds; passed += step) {
        at += step * 1000;
        found = silentAmong([run(renewedAt(at / 1000), ...ids)]).length;
      }
      return found;
    };
  };

  it('is found after three quarters of a minute without a word', () => {
    const look = start();
    expect(look(45, 0.5, () => 'once')).toBe(0);
    expect(look(1, 0.5, () => 'once')).toBe(1);
  });

  it('is none while words come, whatever time they say it is', () => {
    const look = start();
    const backwards = (second: number) => new Date(3e12 - Math.floor(second / 10) * 3_600_000).toISOString();
    expect(look(600, 0.5, backwards)).toBe(0);
  });

  it('does not count while we did not listen', () => {
    const look = start();
    expect(look(1, 0.5, () => 'once')).toBe(0);
    expect(look(3600, 3600, () => 'once')).toBe(0);
    expect(look(40, 0.5, () => 'once')).toBe(0);
  });

  it('is counted anew for another run, and for another lease that was asked for', () => {
    const look = start();
    expect(look(44, 0.5, () => 'once')).toBe(0);
    expect(look(44, 0.5, () => 'once', 'other')).toBe(0);
    expect(look(44, 0.5, () => 'again', 'other')).toBe(0);
  });

  it('goes on where a lease grows', () => {
    const look = start();
    expect(look(44, 0.5, () => 'once', 'run', 'with two')).toBe(0);
    expect(look(3, 0.5, () => 'once', 'run', 'with three')).toBe(1);
  });

  it('is nobody’s where nothing is held', () => {
    expect(createSilence()([{ id: 'run', compute: null }])).toEqual([]);
  });
});

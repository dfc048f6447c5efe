import { expect, it } from 'vitest';
import { trialOf } from '../../../ui-tests/sample.js';
import { trialsAsCsv } from './experiments.csv.js';

const space = { C: { kind: 'uniform' as const, low: 0, high: 1 } };
const about = {
  space,
  metric: 'accuracy',
  objectives: [{ metric: 'accuracy', direction: 'maximize' as const }]
};

it('has a line for each trial, with what only some of them have', () => {
  const csv = trialsAsCsv(about, [
    trialOf(0, {
      params: { C: 0.5 },
      value: 0.9,
      metrics: { accuracy: 0.9, loss: 1e-7 },
      usage: { cpuSeconds: 1.5, peakMemory: 1024 }
    }),
    trialOf(1, { params: { depth: 3 }, state: 'running', value: null, endedAt: null })
  ]);
  expect(csv.split('\r\n')).toEqual([
    'trial,state,accuracy,param_C,param_depth,metric_loss,attempt,executor,started_at,ended_at,cpu_seconds,peak_memory,reason',
    '0,complete,0.9,0.5,,1e-7,1,1,2026-11-20T09:00:00.000Z,2026-11-20T09:00:02.400Z,1.5,1024,',
    '1,running,,,3,,1,1,2026-11-20T09:00:01.000Z,,,,',
    ''
  ]);
});

it('has columns for GPUs where a trial saw some', () => {
  const gpu = { count: 2, busy: 37.5, peakMemory: 4096 };
  const [head, ...lines] = trialsAsCsv(about, [
    trialOf(0, { usage: { cpuSeconds: 1, peakMemory: 1024, gpu } }),
    trialOf(1, { usage: { cpuSeconds: 1, peakMemory: 1024 } })
  ]).split('\r\n');
  expect(head).toMatch(/,peak_memory,gpus,gpu_busy,gpu_peak_memory,reason$/);
  expect(lines[0]).toMatch(/,1024,2,37.5,4096,$/);
  expect(lines[1]).toMatch(/,1024,,,,$/);
});

it('quotes what would break a line, and lets no spreadsheet run a text', () => {
  const trial = trialOf(0, {
    params: { C: -0.5, name: '=HYPERLINK("x")' },
    reason: 'two\nlines, "quoted"'
  });
  const [, line] = /\r\n([^]*)\r\n$/.exec(trialsAsCsv(about, [trial])) ?? [];
  expect(line).toContain(`,-0.5,"'=HYPERLINK(""x"")",`);
  expect(line).toContain('"two\nlines, ""quoted"""');
});

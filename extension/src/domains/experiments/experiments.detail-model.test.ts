import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend, type Backend } from '../../../ui-tests/backend.js';
import { experimentOf, idOf, trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { createApi } from '../../api/index.js';
import { createProjectModel } from '../projects/projects.model.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createExperimentDetail, type ExperimentDetail } from './experiments.detail-model.js';
import { createExperimentsModel } from './experiments.model.js';
import type { IExperiments } from './experiments.tokens.js';

/** For a machine that is busy with other tests, in ms. */
const patience = 10_000;

let backend: Backend;
let project: IProject;
let list: IExperiments;
let model: ExperimentDetail;

const running = (done: number) => experimentOf(1, trialsOf(done), { state: 'running', endedAt: null });
const emitTrial = (number: number, change = {}): void => {
  backend.emit('trial', { ...trialOf(number, change), experiment: idOf(1) });
};
const start = async (done: number): Promise<void> => {
  backend.experiments.set(idOf(1), running(done));
  backend.trials.set(idOf(1), trialsOf(done));
  project = createProjectModel(createApi({ base: backend.base }));
  list = createExperimentsModel(project);
  model = createExperimentDetail(project, list, idOf(1));
  model.watch();
  await vi.waitFor(() => {
    expect(model.loading).toBe('ready');
    expect(backend.streams()).toEqual([`?experiment=${idOf(1)}`]);
    expect(project.link).toBe('live');
  }, patience);
  await model.reload();
};

beforeEach(async () => {
  backend = await startBackend();
});

afterEach(async () => {
  model.dispose();
  list.dispose();
  project.dispose();
  await backend.close();
});

describe('one experiment', () => {
  it('shows all its trials and takes new ones live', async () => {
    await start(5);
    expect(model.trials).toHaveLength(5);
    emitTrial(5, { state: 'running', value: null, endedAt: null });
    emitTrial(5);
    emitTrial(7);
    emitTrial(5, { state: 'running', value: null, endedAt: null });
    await vi.waitFor(() => {
      expect(model.trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 7]);
    }, patience);
    expect(model.trials[5]?.state).toBe('complete');
    expect(model.points.at(-1)?.number).toBe(7);
  });

  it('fetches ten thousand trials in pages', async () => {
    await start(10_000);
    expect(model.trials).toHaveLength(10_000);
    expect(model.trials.at(-1)?.number).toBe(9999);
  });

  it('fetches what it missed while the connection was broken', async () => {
    await start(3);
    backend.trials.set(idOf(1), trialsOf(8));
    backend.dropStreams();
    await vi.waitFor(
      () => {
        expect(model.trials).toHaveLength(8);
      },
      { timeout: 10_000 }
    );
  });

  it('looks once more when the experiment has ended', async () => {
    await start(3);
    backend.trials.set(idOf(1), trialsOf(4));
    const ended = experimentOf(1, trialsOf(4));
    backend.experiments.set(idOf(1), ended);
    backend.emit('experiment', ended);
    await vi.waitFor(() => {
      expect(model.trials).toHaveLength(4);
    }, patience);
    expect(model.experiment?.state).toBe('complete');
  });

  it('leaves the trials of others alone', async () => {
    await start(2);
    backend.emit('trial', { ...trialOf(9), experiment: idOf(2) });
    emitTrial(2);
    await vi.waitFor(() => {
      expect(model.trials).toHaveLength(3);
    }, patience);
  });

  it('has the learning curves while somebody looks, those of running trials too', async () => {
    const curveOf = (number: number, values: number[]) => ({
      number,
      attempt: 1,
      steps: values.map((_, step) => step),
      values
    });
    const here = [...trialsOf(2), trialOf(2, { state: 'running', value: null, endedAt: null })];
    await start(2);
    backend.trials.set(idOf(1), here);
    await model.reload();
    backend.curves.set(idOf(1), [curveOf(0, [0.1, 0.2]), curveOf(2, [0.3, 0.4])]);
    expect(model.curves.all.size).toBe(0);
    const showing = model.curves.show();
    await vi.waitFor(() => {
      expect([...model.curves.all.keys()]).toEqual([0, 2]);
    }, patience);
    backend.curves.set(idOf(1), [curveOf(0, [0.1, 0.2]), curveOf(2, [0.3, 0.4, 0.5])]);
    await vi.waitFor(() => {
      expect(model.curves.all.get(2)?.values).toEqual([0.3, 0.4, 0.5]);
    }, patience);
    showing.dispose();
    backend.curves.set(idOf(1), [curveOf(1, [1, 2])]);
    await model.curves.fetchOne(1);
    expect(model.curves.all.get(1)?.values).toEqual([1, 2]);
  });

  it('says that there is no such experiment', async () => {
    await start(1);
    const other = createExperimentDetail(project, list, idOf(77));
    await other.reload();
    expect(other.loading).toBe('failed');
    expect(other.problem?.code).toBe('experiment.unknown');
    other.dispose();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend, type Backend } from '../../../ui-tests/backend.js';
import { experimentOf, idOf, trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { createApi } from '../../api/index.js';
import { createProjectModel } from '../projects/projects.model.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createExperimentsModel } from './experiments.model.js';
import { createSeveral, type Several } from './experiments.several-model.js';
import type { IExperiments } from './experiments.tokens.js';

/** For a machine that is busy with other tests, in ms. */
const patience = { timeout: 20_000 };

let backend: Backend;
let project: IProject;
let list: IExperiments;
let model: Several;

const show = (n: number, trials: ReturnType<typeof trialsOf>, more = {}) => {
  const experiment = experimentOf(n, trials, more);
  backend.experiments.set(experiment.id, experiment);
  backend.trials.set(experiment.id, trials);
  return experiment;
};
const start = async (...ns: number[]): Promise<void> => {
  project = createProjectModel(createApi({ base: backend.base }));
  list = createExperimentsModel(project);
  model = createSeveral(project, list, ns.map(idOf));
  await vi.waitFor(() => {
    expect(project.link).toBe('live');
    expect(model.members.map(({ loading }) => loading)).not.toContain('loading');
  }, patience);
  // What was asked for meanwhile is done too.
  await model.reload();
};
const trialPages = (): number => backend.requests.filter(path => path.includes('/trials')).length;

beforeEach(async () => {
  backend = await startBackend();
});

afterEach(async () => {
  model.dispose();
  list.dispose();
  project.dispose();
  await backend.close();
});

describe('several experiments', () => {
  it('are each a line up to their best, and one that is gone says so', async () => {
    const [first, second] = [show(1, trialsOf(30)), show(2, trialsOf(2500))];
    await start(1, 2, 3);
    const [one, two, gone] = model.members;
    expect(one?.line.at(-1)).toEqual({ count: 30, value: first.best?.value });
    expect(two?.line.at(-1)).toEqual({ count: 2500, value: second.best?.value });
    expect(one?.line).toBe(one?.line);
    expect([one?.loading, two?.loading, gone?.loading]).toEqual(['ready', 'ready', 'failed']);
    expect(gone?.problem?.code).toBe('experiment.unknown');
    expect(gone?.line).toEqual([]);
  });

  it('go on at once with what the experiment says, and know it all once it has ended', async () => {
    const trials = [...trialsOf(4), trialOf(4, { state: 'running', value: null, endedAt: null })];
    show(1, trials, { state: 'running', endedAt: null });
    await start(1);
    const line = () => model.members[0]?.line ?? [];
    expect(line().at(-1)?.count).toBe(4);
    backend.emit('experiment', experimentOf(1, trialsOf(5), { state: 'running', endedAt: null }));
    await vi.waitFor(() => {
      expect(line().at(-1)?.count).toBe(5);
    }, patience);
    const done = show(1, trialsOf(12));
    backend.emit('experiment', done);
    await vi.waitFor(() => {
      expect(line().at(-1)).toEqual({ count: 12, value: done.best?.value });
      expect(model.members[0]?.loading).toBe('ready');
    }, patience);
  });

  it('fetch of one that runs only what may have changed', async () => {
    const running = { state: 'running', endedAt: null } as const;
    const last = trialOf(2400, { state: 'running', value: null, endedAt: null });
    show(1, [...trialsOf(2400), last], running);
    await start(1);
    const before = trialPages();
    show(1, trialsOf(2401), running);
    await model.reload();
    expect(trialPages()).toBe(before + 1);
    expect(model.members[0]?.line.at(-1)?.count).toBe(2401);
    // The next driver runs some of them again.
    show(1, trialsOf(2401), { ...running, epoch: 2 });
    await model.reload();
    expect(trialPages()).toBe(before + 4);
  });

  it('are bounded in what is fetched of each, and know the end nevertheless', async () => {
    const { best } = show(1, trialsOf(20_500));
    await start(1);
    const before = trialPages();
    await model.reload();
    expect(trialPages()).toBe(before + 20);
    expect(model.members[0]?.cut).toBe(true);
    expect(model.members[0]?.line.at(-1)).toEqual({ count: 20_500, value: best?.value });
    // While it runs, no more than that either.
    show(1, trialsOf(20_500), { state: 'running', endedAt: null, epoch: 2 });
    for (const more of [20, 0]) {
      const fetched = trialPages();
      await model.reload();
      expect(trialPages()).toBe(fetched + more);
    }
  });
});

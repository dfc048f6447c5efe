import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend, type Backend } from '../../../ui-tests/backend.js';
import { experimentOf, idOf, trialsOf } from '../../../ui-tests/sample.js';
import { createApi, type ApiProblem } from '../../api/index.js';
import { createProjectModel } from '../projects/projects.model.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createExperimentsModel } from './experiments.model.js';
import type { IExperiments } from './experiments.tokens.js';

/** For a machine that is busy with other tests, in ms. */
const patience = 10_000;

let backend: Backend;
let project: IProject;
let model: IExperiments;

const running = (n: number, done: number, more = {}) =>
  experimentOf(n, trialsOf(done), { state: 'running', endedAt: null, ...more });
const names = (): string[] => model.items.map(({ name }) => name);
const show = (...list: ReturnType<typeof experimentOf>[]): void => {
  for (const experiment of list) backend.experiments.set(experiment.id, experiment);
};
const start = async (): Promise<void> => {
  project = createProjectModel(createApi({ base: backend.base }));
  model = createExperimentsModel(project);
  await vi.waitFor(() => {
    expect(project.link).toBe('live');
    expect(model.loading).toBe('ready');
  }, patience);
  await model.reload();
};

beforeEach(async () => {
  backend = await startBackend();
});

afterEach(async () => {
  model.dispose();
  project.dispose();
  await backend.close();
});

describe('the list of experiments', () => {
  it('is newest first and takes new ones in as they begin', async () => {
    show(running(1, 3), running(3, 1));
    await start();
    expect(names()).toEqual(['sweep 3', 'sweep 1']);
    backend.emit('experiment', running(2, 0));
    await vi.waitFor(() => {
      expect(names()).toEqual(['sweep 3', 'sweep 2', 'sweep 1']);
    }, patience);
  });

  it('is not confused by events out of order or twice', async () => {
    show(running(1, 3));
    await start();
    for (const done of [5, 4, 5]) backend.emit('experiment', running(1, done));
    backend.emit('experiment', experimentOf(1, trialsOf(6)));
    backend.emit('experiment', running(1, 6));
    backend.emit('experiment', running(2, 0));
    await vi.waitFor(() => {
      expect(names()).toHaveLength(2);
    }, patience);
    expect(model.get(idOf(1))?.state).toBe('complete');
    expect(model.get(idOf(1))?.trialCounts.complete).toBe(
      trialsOf(6).filter(t => t.state === 'complete').length
    );
  });

  it('fetches what it missed while the connection was broken', async () => {
    show(running(1, 3));
    await start();
    show(running(1, 7), running(2, 0));
    backend.dropStreams();
    await vi.waitFor(
      () => {
        expect(names()).toEqual(['sweep 2', 'sweep 1']);
        expect(project.link).toBe('live');
      },
      { timeout: 10_000 }
    );
  });

  it('comes page by page', async () => {
    show(...Array.from({ length: 250 }, (_, n) => experimentOf(n, [])));
    await start();
    expect(model.items).toHaveLength(100);
    await model.loadMore();
    await model.loadMore();
    expect(model.items).toHaveLength(250);
    expect(model.hasMore).toBe(false);
    expect(names().at(-1)).toBe('sweep 0');
    await model.reload();
    expect(new Set(model.items.map(({ id }) => id)).size).toBe(250);
  });

  it('says when it could not be fetched, and gets well', async () => {
    backend.refuse(/\/experiments$/, 'server.fault');
    project = createProjectModel(createApi({ base: backend.base }));
    model = createExperimentsModel(project);
    await vi.waitFor(() => {
      expect(model.loading).toBe('failed');
    }, patience);
    expect(model.problem?.requestId).toBe('r-1');
    backend.accept();
    await model.reload();
    expect(model.loading).toBe('ready');
    expect(model.problem).toBeNull();
  });
});

describe('stopping', () => {
  it('is shown at once, before the server has answered', async () => {
    show(running(1, 3));
    await start();
    const asked = model.stop(idOf(1));
    expect(model.isStopping(idOf(1))).toBe(true);
    await asked;
    expect(model.get(idOf(1))?.state).toBe('stopping');
    expect(model.isStopping(idOf(1))).toBe(true);
  });

  it('is taken back when it is refused, and the refusal told', async () => {
    show(running(1, 3));
    await start();
    backend.refuse(/\/stop$/, 'access.denied');
    const refused = await model.stop(idOf(1)).catch((error: unknown) => error as ApiProblem);
    expect(refused).toMatchObject({ code: 'access.denied' });
    expect(model.isStopping(idOf(1))).toBe(false);
  });

  it('asks once, however often it is clicked', async () => {
    show(running(1, 3));
    await start();
    await Promise.all([model.stop(idOf(1)), model.stop(idOf(1))]);
    expect(backend.requests.filter(request => request.endsWith('/stop'))).toHaveLength(1);
  });

  it('of others’ experiments is for data owners', async () => {
    show(running(1, 3, { createdBy: 'bob' }));
    await start();
    const [his] = model.items;
    expect(his && model.mayStop(his)).toBe(true);
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    model.dispose();
    project.dispose();
    await start();
    expect(his && model.mayStop(his)).toBe(false);
    expect(his && model.mayStop({ ...his, createdBy: 'ada' })).toBe(true);
  });
});

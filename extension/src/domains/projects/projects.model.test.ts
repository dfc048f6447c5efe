import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend, type Backend } from '../../../ui-tests/backend.js';
import { experimentOf, idOf } from '../../../ui-tests/sample.js';
import { createApi } from '../../api/index.js';
import { createProjectModel } from './projects.model.js';
import type { IProject } from './projects.tokens.js';

/** For a machine that is busy with other tests, in ms. */
const patience = 10_000;

let backend: Backend;
let model: IProject;

const start = (): void => {
  model = createProjectModel(createApi({ base: backend.base }));
};
const live = async (): Promise<void> => {
  start();
  await model.known;
  await vi.waitFor(() => {
    expect(model.link).toBe('live');
  }, patience);
};

beforeEach(async () => {
  backend = await startBackend();
});

afterEach(async () => {
  model.dispose();
  await backend.close();
});

describe('the project', () => {
  it('knows itself, me and its members', async () => {
    await live();
    expect(model.me?.user.name).toBe('ada');
    expect(model.project?.description).toBe('Digits and more');
    expect(model.members.map(({ user }) => user)).toEqual(['ada', 'bob']);
    expect(model.server?.resources?.executors).toBe(2);
  });

  it('fetches its members again when one is added', async () => {
    await live();
    backend.members.push({
      user: 'eve',
      displayName: 'Eve',
      role: 'data_scientist',
      since: '2026-11-20T09:00:00Z'
    });
    backend.emit('journal', {
      position: 1,
      at: '2026-11-20T09:00:00Z',
      actor: 'ada',
      action: 'members.manage',
      asset: 'member/eve'
    });
    await vi.waitFor(() => {
      expect(model.members).toHaveLength(3);
    }, patience);
  });

  it('follows my notebook server and not that of others', async () => {
    await live();
    const held = { executors: 0, cores: 4, memory: 2 ** 31, gpus: 0 };
    backend.emit('notebook-server', {
      ...backend.notebookServer,
      user: 'bob',
      resources: { ...held, cores: 9 }
    });
    backend.emit('notebook-server', { ...backend.notebookServer, resources: held });
    await vi.waitFor(() => {
      expect(model.server?.resources?.cores).toBe(4);
    }, patience);
  });

  it('tells a refusal, and starts when tried again', async () => {
    backend.refuse(/.*/, 'auth.expired');
    start();
    await vi.waitFor(() => {
      expect(model.link).toBe('refused');
    }, patience);
    expect(model.problem?.status).toBe(401);
    backend.accept();
    model.retry();
    await vi.waitFor(() => {
      expect(model.link).toBe('live');
      expect(model.project?.name).toBe('demo');
      expect(model.problem).toBeNull();
    }, patience);
  });

  it('starts by itself as soon as the server can be reached', async () => {
    backend.refuse(/.*/, 'service.unavailable');
    start();
    await vi.waitFor(() => {
      expect(model.problem).not.toBeNull();
    }, patience);
    backend.accept();
    await model.known;
    await vi.waitFor(
      () => {
        expect(model.link).toBe('live');
      },
      { timeout: 10_000 }
    );
  });

  it('stops my server', async () => {
    await live();
    await model.stopServer();
    expect(model.server?.state).toBe('stopping');
  });
});

describe('its event stream', () => {
  it('is one, whatever is watched', async () => {
    await live();
    model.watch(idOf(1));
    model.watch(idOf(2));
    await vi.waitFor(() => {
      expect(backend.streams()).toEqual([`?experiment=${idOf(2)}`]);
    }, patience);
    expect(model.watched).toBe(idOf(2));
  });

  it('comes back after a break, and says that something may have been missed', async () => {
    await live();
    let missed = 0;
    const states: string[] = [];
    model.missed.connect(() => {
      missed += 1;
    });
    model.stateChanged.connect(() => states.push(model.link));
    backend.dropStreams();
    await vi.waitFor(
      () => {
        expect(missed).toBe(1);
      },
      { timeout: 10_000 }
    );
    expect(states).toContain('waiting');
    expect(model.link).toBe('live');
  });

  it('tells nobody who has stopped listening', async () => {
    await live();
    const heard: string[] = [];
    const first = model.on('experiment', ({ name }) => heard.push(`first ${name}`));
    model.on('experiment', ({ name }) => heard.push(`second ${name}`));
    first.dispose();
    backend.emit('experiment', experimentOf(1, []));
    await vi.waitFor(() => {
      expect(heard).toEqual(['second sweep 1']);
    }, patience);
  });
});

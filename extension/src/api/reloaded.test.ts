import { Signal } from '@lumino/signaling';
import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from './problem.js';
import { createReloaded } from './reloaded.js';

const refusal = new ApiProblem('access.denied', 403, 'A right is missing', 'Ask Ada.', false, 'r-1', []);

const stage = (fetch: () => Promise<number | undefined>) => {
  const missed = new Signal<object, void>({});
  let hear: () => void = () => undefined;
  const silence = vi.fn();
  const model = createReloaded({
    fetch,
    known: Promise.resolve(),
    missed,
    listen: reload => {
      hear = reload;
      return { isDisposed: false, dispose: silence };
    }
  });
  const changes = vi.fn();
  model.stateChanged.connect(changes);
  return { model, missed, changes, silence, hear: () => hear() };
};

describe('what is reloaded', () => {
  it('is fetched when it can be, and again for what is heard and what was missed', async () => {
    let n = 0;
    const { model, missed, changes, hear } = stage(async () => (n += 1));
    await vi.waitFor(() => expect(model.state).toBe(1), 5000);
    hear();
    await vi.waitFor(() => expect(model.state).toBe(2), 5000);
    missed.emit();
    await vi.waitFor(() => expect(model.state).toBe(3), 5000);
    expect(changes).toHaveBeenCalledTimes(3);
  });

  it('keeps what it had where it is refused, and says why until it is there again', async () => {
    const answers = [async () => 1, () => Promise.reject(refusal), async () => 2];
    const { model } = stage(() => answers.shift()?.() ?? Promise.resolve(undefined));
    await vi.waitFor(() => expect(model.state).toBe(1), 5000);
    await model.reload();
    expect(model).toMatchObject({ state: 1, problem: refusal });
    await model.reload();
    expect(model).toMatchObject({ state: 2, problem: null });
  });

  it('says nothing where there is nothing to have, nor once it is disposed of', async () => {
    const holds: { now?: number } = {};
    const { model, changes, silence } = stage(async () => holds.now);
    await model.reload();
    expect(changes).not.toHaveBeenCalled();
    holds.now = 1;
    const last = model.reload();
    model.dispose();
    await last;
    expect(changes).not.toHaveBeenCalled();
    expect(silence).toHaveBeenCalledOnce();
  });
});

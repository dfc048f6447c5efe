import type { pending } from '@hopslab/schema';

/** A dangerous act that was not done yet: it waits for its person's click in a window of the hub. */
export class HeldAct extends Error {
  override readonly name = 'HeldAct';

  constructor(readonly pending: pending.Held['pending']) {
    super(pending.summary);
  }
}

import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { createSharesStore } from './shares.store.js';

/** Changes what is between projects while none of them, nor anything between them, can change; `home` is the asker's. */
export const changeBetween = <T>(
  db: Db,
  actor: Actor,
  home: string,
  projects: readonly string[],
  act: (trx: Db, states: ReadonlyMap<string, string>) => Promise<T>
): Promise<T> =>
  db.transaction(async trx => {
    const states = await createSharesStore(trx).lock(projects);
    // It may have been closed since who asks was let in.
    if (states.get(actor.member?.project ?? home) !== 'active')
      throw problem('project.archived', 'The project was archived or deleted meanwhile.');
    return act(trx, states);
  });

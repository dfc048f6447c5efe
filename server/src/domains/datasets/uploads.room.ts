import { personOf, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { byRole, isGranted } from '../../platform/verdict.js';
import { gib, type StorageService } from './storage.service.js';
import type { Stored } from './storage.store.js';
import { createUploadsStore } from './uploads.store.js';

/** What uploads of a data scientist may keep of the room that is left; a little they always may. */
const part = 10;
const always: Stored = { bytes: 2 ** 20, files: 10 };

/** Who must not fill a project cannot keep all of its room by uploads that never come. */
const refuseGreed = async (
  trx: Db,
  storage: StorageService,
  actor: Author,
  project: string,
  more: Stored
) => {
  if (isGranted(byRole(personOf(actor), 'data.import'))) return;
  const left = await storage.left(trx, project);
  const kept = await createUploadsStore(trx).reserved(project, actor.user.name);
  const most = (what: keyof Stored): number =>
    Math.max(always[what], Math.floor((left[what] ?? Infinity) / part));
  if (kept.bytes + more.bytes <= most('bytes') && kept.files + more.files <= most('files')) return;
  throw problem(
    'quota.storage-full',
    `Uploads under way of a data scientist may keep a tenth of the room that ${project} has left: ${gib(most('bytes'))}, ${String(most('files'))} files. Yours keep ${gib(kept.bytes)}, and this one needs ${gib(more.bytes)}. Finish some, or give them up.`
  );
};

/** Refuses an upload that is begun and would not fit beside what there is and what others were begun for. */
export const keepRoom = async (
  trx: Db,
  storage: StorageService,
  actor: Author,
  project: string,
  more: Stored
): Promise<void> => {
  await storage.lock(trx, project);
  await refuseGreed(trx, storage, actor, project, more);
  await storage.fits(trx, project, more, await createUploadsStore(trx).reserved(project));
};

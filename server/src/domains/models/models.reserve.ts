import { personOf, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { FileStore } from '../../ports/file-store.js';
import { isThere } from './models.files.js';
import { canOnModel } from './models.policy.js';
import { createModelsStore } from './models.store.js';
import type { ModelRef, ModelRow } from './models.view.js';

const mostVersion = 1_000_000;
const mostDrafts = 100;
/** How many folders that somebody made by hand are passed over. */
const mostSteps = 100;

type Files = Pick<FileStore, 'entry' | 'walk'>;
type Named = Omit<ModelRef, 'version'>;

const taken = ({ name, version }: ModelRef, why: string) =>
  problem('model.version-taken', `Version ${version} of ${name} ${why}`);

/** The next number that was never given, and whose folder is free. */
const nextFree = async (files: Files, named: Named, last: number): Promise<number> => {
  for (let version = last + 1; version <= last + mostSteps && version <= mostVersion; version++)
    if (!(await isThere(files, { ...named, version }))) return version;
  throw problem('model.too-many', `No version of ${named.name} is free; choose another name.`);
};

/** Reserves a version for whoever writes its files; a version that is registered only to be written anew. */
export const reserve = async (
  trx: Db,
  files: Files,
  actor: Author,
  named: Named,
  { version, overwrite }: { version?: number | undefined; overwrite: boolean }
): Promise<ModelRow> => {
  const store = createModelsStore(trx);
  const last = await store.lock(named.project, named.name);
  const ref = { ...named, version: version ?? (await nextFree(files, named, last)) };
  const before = await store.hold(ref);
  if (before?.ready) {
    if (!overwrite)
      throw taken(ref, 'is registered already: leave the version out for the next one, or overwrite it.');
    demand(canOnModel(personOf(actor), 'model.register', before.created_by));
  } else if (before && before.created_by !== actor.user.name)
    throw taken(ref, `is being written by ${before.created_by}; leave the version out for the next one.`);
  if (!before?.draft_since && (await store.drafts(named.project)) >= mostDrafts)
    throw problem(
      'model.too-many',
      `${mostDrafts} versions of models are being written in ${named.project}; register some, or wait a day for those that nobody does.`
    );
  if (before) await store.begin(ref);
  else await store.insert(ref, actor.user.name);
  const row = await store.one(ref);
  if (!row) throw new Error('a row was written just now');
  return row;
};

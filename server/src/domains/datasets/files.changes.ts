import type { datasets as contract } from '@hopslab/schema';
import { datasets as words } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { problem } from '../../platform/problem.js';
import { byRole, demand, isGranted } from '../../platform/verdict.js';
import type { FileEntry } from '../../ports/file-store.js';
import { canCarryFolder, mayHoldPrograms } from './datasets.policy.js';
import { refOf, view, writeRow, type FilesDeps, type Place } from './files.place.js';
import { canCarryAt, canMakeFolderAt } from './shares.policy.js';
import type { TrashService } from './trash.service.js';

type Deps = Pick<FilesDeps, 'db' | 'files' | 'datasets' | 'storage'> & {
  readonly trash: Pick<TrashService, 'put'>;
};

/** Making, moving and deleting what is in datasets: who may is told from what it is, every change is journaled. */
export const createFilesChanges = ({ db, files, datasets, storage, trash }: Deps) => {
  /** The first thing in a folder that is no program. */
  const dataIn = async (place: Place): Promise<string | undefined> => {
    for await (const { path, kind } of files.walk(refOf(place), place.path))
      if (kind !== 'folder' && !(kind === 'file' && words.isProgram(place.dataset, path))) return path;
    return undefined;
  };

  const isFolder = async (place: Place): Promise<boolean> =>
    files.entry(refOf(place), place.path).then(
      ({ kind }) => kind === 'folder',
      () => false
    );

  /** Whether somebody may take a file or folder from a path, and bring it to others. */
  const admit = async (actor: Author, place: Place, to: Place = place): Promise<void> => {
    const [from, into] = await Promise.all([place, to].map(one => datasets.facts(one.project, one.dataset)));
    if (refOf(place).project !== refOf(to).project)
      throw problem(
        'file.path',
        'What another project shares stays there: nothing is moved between projects.'
      );
    const person = personOf(actor);
    const among = [place.dataset, to.dataset];
    const anything = isGranted(byRole(person, 'data.import'));
    // A program would do so in its sandbox: what is exchanged after this was its member's to exchange.
    if (!anything && mayHoldPrograms(among) && (await isFolder(place)))
      demand(canCarryFolder(person, among, await dataIn(place)));
    else {
      if (from) demand(canCarryAt(person, 'in', from, place.path));
      if (into) demand(canCarryAt(person, 'in', into, to.path));
    }
  };

  /** What a file or folder adds to the dataset that it is moved to. */
  const takenBy = async (place: Place, entry: FileEntry) => {
    if (entry.kind !== 'folder') return { bytes: entry.bytes, files: 1 };
    const sum = { bytes: 0, files: 0 };
    for await (const { kind, bytes } of files.walk(refOf(place), place.path))
      if (kind === 'file') {
        sum.bytes += bytes;
        sum.files += 1;
      }
    return sum;
  };

  return {
    async makeFolder(actor: Author, place: Place): Promise<contract.Entry> {
      const dataset = await datasets.facts(place.project, place.dataset);
      demand(canMakeFolderAt(personOf(actor), dataset));
      return db.transaction(async trx => {
        const { entry, made } = await files.makeFolder(refOf(place), place.path);
        if (made) await writeRow(trx, actor, place, 'folder.created');
        return view(entry);
      });
    },

    async move(actor: Author, from: Place, to: Place): Promise<contract.Entry> {
      await admit(actor, from, to);
      const entry = await files.entry(refOf(from), from.path);
      const across = from.dataset === to.dataset ? undefined : await takenBy(from, entry);
      return db.transaction(async trx => {
        await storage.lock(trx, refOf(from).project);
        await writeRow(trx, actor, from, 'file.moved', {
          to: `${to.dataset}/${to.path}`,
          kind: entry.kind
        });
        if (across) await storage.moved(trx, refOf(from), refOf(to), across);
        return view(await files.move(refOf(from), from.path, refOf(to), to.path));
      });
    },

    /** Deletes into the trash, or at once for good; a folder that is not asked for with all that it holds leaves nothing. */
    async remove(actor: Author, place: Place, recursive: boolean, permanent = false): Promise<void> {
      await admit(actor, place);
      const { kind } = await files.entry(refOf(place), place.path);
      if (!permanent && kind !== 'other' && (kind === 'file' || recursive)) {
        await trash.put(actor, place, kind);
        return;
      }
      const removed = await files.remove(refOf(place), place.path, recursive);
      const { bytes, files: count } = removed;
      try {
        await db.transaction(async trx => {
          await writeRow(trx, actor, place, 'file.deleted', { kind, bytes, files: count });
          await storage.change(trx, refOf(place), { bytes: -bytes, files: -count });
        });
      } catch (error) {
        await removed.putBack();
        throw error;
      }
      await removed.discard();
    }
  };
};

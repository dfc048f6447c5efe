import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { demand, isGranted, type Verdict } from '../../platform/verdict.js';
import { canCarryFolder, mayHoldPrograms } from './datasets.policy.js';
import { createMaking, going, type MakingDeps } from './files.making.js';
import { refOf, writeRow, type Place } from './files.place.js';
import type { Work } from './operations.service.js';
import { canCarryAt } from './shares.policy.js';
import { openZip, type SoundZip } from './unzip.read.js';

/** One after another: what one of them is known by for a moment is much, and all together too much. */
const createTurns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>): Promise<T> => {
    const mine = last.then(act);
    last = mine.catch(() => undefined);
    return mine;
  };
};

/** Who may unpack anything there at all; in a place of programs what there is in it says more. */
const mayUnpack = (who: Author, to: Place, into: contract.Dataset): Verdict =>
  mayHoldPrograms([into.name])
    ? canCarryFolder(personOf(who), [into.name], undefined)
    : canCarryAt(personOf(who), 'in', into, to.path);

/** Unpacks zip files of a dataset into folders of it. */
export const createUnzipService = (deps: MakingDeps) => {
  const { files, datasets, operations } = deps;
  const making = createMaking(deps);

  const inTurn = createTurns();

  /** Who may carry in each file may carry in all of it. */
  const judge =
    (zip: SoundZip, to: Place) =>
    (who: Author, into: contract.Dataset): Verdict => {
      for (const { path } of zip.files) {
        const verdict = canCarryAt(personOf(who), 'in', into, `${to.path}/${path}`);
        if (!isGranted(verdict)) return verdict;
      }
      return mayUnpack(who, to, into);
    };

  const workOf = async (
    actor: Author,
    { from, to }: { readonly from: Place; readonly to: Place },
    zip: SoundZip,
    still: () => Promise<Author>
  ): Promise<Work> => {
    const mayPlace = judge(zip, to);
    demand(mayPlace(actor, await datasets.get(to.project, to.dataset)));
    // Folders take room as files do, and a small zip file can have very many.
    const adds = { bytes: zip.bytes, files: zip.fileCount + zip.folderCount };
    await making.expect(to, adds);
    const run = making.run({
      ...{ makes: to, still, judge: mayPlace },
      build: async (staged, state) => {
        await staged.folder('');
        for (const folder of zip.folders) {
          state.signal.throwIfAborted();
          await staged.folder(folder);
        }
        for (const file of zip.files) {
          state.signal.throwIfAborted();
          await staged.file(file.path, going(await zip.content(file), state), file.size);
        }
        return { bytes: zip.bytes, files: zip.fileCount };
      },
      note: (trx, who, done) => writeRow(trx, who, to, 'file.unzipped', { ...done, from: from.path })
    });
    return {
      kind: 'unzip',
      makes: to,
      totalBytes: zip.bytes,
      adds: { project: refOf(to).project, ...adds },
      run: state => run(state).finally(() => zip.close())
    };
  };

  return async (actor: Author, from: Place, to: Place, still: () => Promise<Author>) => {
    await datasets.get(from.project, from.dataset);
    // A zip file is hostile: nobody has one looked at who may put nothing there, or has much under way.
    demand(mayUnpack(actor, to, await datasets.get(to.project, to.dataset)));
    let zip: SoundZip | undefined;
    const look = async (): Promise<Work> => {
      const file = await files.open(refOf(from), from.path);
      zip = await inTurn(() => openZip(file));
      return workOf(actor, { from, to }, zip, still);
    };
    try {
      return await operations.start(actor, to.project, look);
    } catch (error) {
      await zip?.close();
      throw error;
    }
  };
};

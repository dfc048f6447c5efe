import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { demand, granted, isGranted, type Verdict } from '../../platform/verdict.js';
import { canCarryFolder, mayHoldPrograms } from './datasets.policy.js';
import { createMaking, going, type MakingDeps } from './files.making.js';
import { refOf, writeRow, type Place } from './files.place.js';
import { canCarryAt } from './shares.policy.js';
import { openZip, type SoundZip } from './unzip.read.js';

const parentsOf = (path: string): string[] => {
  const parents = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) parents.push(path.slice(0, at));
  return parents;
};

/** Unpacks zip files of a dataset into folders of it. */
export const createUnzipService = (deps: MakingDeps) => {
  const { files, datasets, operations } = deps;
  const making = createMaking(deps);

  /** Who may carry in each file may carry in all of it. */
  const judge =
    (zip: SoundZip, to: Place) =>
    (who: Author, into: contract.Dataset): Verdict => {
      for (const { path, isFolder } of zip.entries) {
        const verdict =
          isFolder && mayHoldPrograms([into.name])
            ? canCarryFolder(personOf(who), [into.name], undefined)
            : canCarryAt(personOf(who), 'in', into, `${to.path}/${path}`);
        if (!isGranted(verdict)) return verdict;
      }
      return zip.entries.length > 0 ? granted('role') : canCarryAt(personOf(who), 'in', into, to.path);
    };

  const begin = async (
    actor: Author,
    from: Place,
    to: Place,
    zip: SoundZip,
    still: () => Promise<Author>
  ) => {
    const mayPlace = judge(zip, to);
    demand(mayPlace(actor, await datasets.get(to.project, to.dataset)));
    await making.expect(to, zip);
    const run = making.run({
      ...{ makes: to, still, judge: mayPlace },
      build: async (staged, state) => {
        const made = new Set<string>();
        const makeFolder = async (path: string): Promise<void> => {
          if (made.has(path)) return;
          made.add(path);
          await staged.folder(path);
        };
        await makeFolder('');
        for (const one of zip.entries) {
          state.signal.throwIfAborted();
          for (const parent of parentsOf(one.path)) await makeFolder(parent);
          if (one.isFolder) await makeFolder(one.path);
          else await staged.file(one.path, going(await zip.content(one), state), one.entry.uncompressedSize);
        }
        return { bytes: zip.bytes, files: zip.files };
      },
      note: (trx, who, done) => writeRow(trx, who, to, 'file.unzipped', { ...done, from: from.path })
    });
    return operations.start(actor, to.project, {
      kind: 'unzip',
      makes: to,
      totalBytes: zip.bytes,
      adds: { project: refOf(to).project, bytes: zip.bytes, files: zip.files },
      run: state => run(state).finally(() => zip.close())
    });
  };

  return async (actor: Author, from: Place, to: Place, still: () => Promise<Author>) => {
    await datasets.get(from.project, from.dataset);
    const zip = await openZip(await files.open(refOf(from), from.path));
    try {
      return await begin(actor, from, to, zip, still);
    } catch (error) {
      await zip.close();
      throw error;
    }
  };
};

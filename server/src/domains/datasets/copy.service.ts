import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { problem } from '../../platform/problem.js';
import { demand, type Verdict } from '../../platform/verdict.js';
import type { Staged } from '../../ports/file-staging.js';
import { canCarryFolder, mayHoldPrograms } from './datasets.policy.js';
import type { DatasetsService } from './datasets.service.js';
import { demandTaking, type Gathered, type Taken } from './files.gather.js';
import type { Held } from './files.gathering.js';
import { createMaking, going, type MakingDeps } from './files.making.js';
import { refOf, writeRow, type Place } from './files.place.js';
import type { Going, Work } from './operations.service.js';
import { canCarryAt, ownerOf } from './shares.policy.js';

/** What a file may have grown while it is copied. */
const growth = 2 ** 24;

/** Copies within a project, and into it from what is shared with it. */
export const createCopyService = (deps: MakingDeps) => {
  const { files, datasets, operations, gathering } = deps;
  const making = createMaking(deps);

  /** Where blocks cannot be shared once they cannot be shared at all. */
  const copier = (staged: Staged, from: Place, state: Going, budget: number) => {
    let clones = true;
    let left = budget + growth;
    return async (item: Taken, as: string): Promise<void> => {
      clones &&= await staged.clone(as, refOf(from), item.path);
      if (clones) {
        state.onBytes(item.size);
        return;
      }
      const file = await files.open(refOf(from), item.path);
      const { size } = file.entry;
      left -= size;
      if (left < 0) {
        await file.close();
        throw problem('file.exists', 'It grew while it was copied; try again when nobody writes to it.');
      }
      await staged.file(as, going(file.read({ start: 0, end: size - 1 }), state), size);
    };
  };

  const build =
    (from: Place, { items, bytes, files: count }: Gathered) =>
    async (staged: Staged, state: Going) => {
      const copy = copier(staged, from, state, bytes);
      const [root] = items;
      for (const item of items) {
        state.signal.throwIfAborted();
        const as = item === root ? '' : item.path.slice(from.path.length + 1);
        if (item.kind === 'folder') await staged.folder(as);
        else if (item.kind === 'file') await copy(item, as);
        else state.onLeftOut();
      }
      return { bytes, files: count };
    };

  const workOf = async (
    actor: Author,
    { from, to, gathered, free }: Held & { readonly from: Place; readonly to: Place },
    still: () => Promise<Author>
  ): Promise<Work> => {
    const target = await datasets.get(to.project, to.dataset);
    const [root] = gathered.items;
    if (root?.kind === 'other')
      throw problem('file.not-a-file', 'A link is not copied; copy what it leads to.');
    const isFolder = root?.kind === 'folder';
    const judge = (who: Author, into: contract.Dataset): Verdict => {
      const folderOfPrograms = isFolder && into.sharedBy === undefined && mayHoldPrograms([into.name]);
      if (folderOfPrograms) return canCarryFolder(personOf(who), [into.name], undefined);
      return canCarryAt(personOf(who), 'in', into, to.path);
    };
    const admitTaking = async (who: Author, seen: Pick<DatasetsService, 'get'>): Promise<void> => {
      demandTaking(who, await seen.get(from.project, from.dataset), [from.path], gathered);
    };
    await admitTaking(actor, datasets);
    demand(judge(actor, target));
    const [here, there] = [refOf(from), refOf(to)];
    const isSame = here.project === there.project && here.dataset === there.dataset;
    if (isSame && `${to.path}/`.startsWith(`${from.path}/`) && to.path !== from.path)
      throw problem('file.path', 'A folder is not copied into itself; choose another place.');
    await making.expect(to, gathered);
    const run = making.run({
      ...{ makes: to, still, judge, admitTaking },
      build: build(from, gathered),
      note: async (trx, who, made) => {
        const data = { to: `${to.dataset}/${to.path}`, kind: root?.kind, ...made };
        await writeRow(trx, who, from, 'file.copied', data);
        // Whoever it comes to sees it in their own journal, where it is not the one that it was copied from.
        if (ownerOf(to.dataset) && there.project !== here.project)
          await writeRow(trx, who, to, 'file.uploaded', made);
      }
    });
    return {
      kind: 'copy',
      makes: to,
      totalBytes: gathered.bytes,
      adds: { project: there.project, bytes: gathered.bytes, files: gathered.files },
      run: state => run(state).finally(free)
    };
  };

  return async (actor: Author, from: Place, to: Place, still: () => Promise<Author>) => {
    await datasets.get(from.project, from.dataset);
    const held = await gathering(actor, from, [from.path]);
    try {
      return await operations.start(actor, from.project, await workOf(actor, { from, to, ...held }, still));
    } catch (error) {
      held.free();
      throw error;
    }
  };
};

import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { demand, type Verdict } from '../../platform/verdict.js';
import { packed } from './archive.pack.js';
import { demandTaking, gather } from './files.gather.js';
import { createMaking, going, type MakingDeps } from './files.making.js';
import { refOf, writeRow, type Place } from './files.place.js';
import { canCarryAt } from './shares.policy.js';

/** What a zip file has for each entry beside its name, twice, at most. */
const perEntry = 300;

/** Packs files of a dataset into a zip file in it. */
export const createZipService = (deps: MakingDeps) => {
  const { files, datasets, operations } = deps;
  const making = createMaking(deps);

  return async (actor: Author, to: Place, paths: readonly string[], still: () => Promise<Author>) => {
    const dataset = await datasets.get(to.project, to.dataset);
    const gathered = await gather(files, to, paths);
    const judge = (who: Author, into: contract.Dataset): Verdict =>
      canCarryAt(personOf(who), 'in', into, to.path);
    demandTaking(actor, dataset, paths, gathered);
    demand(judge(actor, dataset));
    let names = 0;
    for (const { name } of gathered.items) names += 2 * Buffer.byteLength(name) + perEntry;
    const most = gathered.bytes + Math.ceil(gathered.bytes / 1000) + names + 2 ** 16;
    await making.expect(to, { bytes: gathered.bytes, files: 1 });
    const ref = refOf(to);
    return operations.start(actor, to.project, {
      kind: 'zip',
      makes: to,
      totalBytes: gathered.bytes,
      adds: { project: ref.project, bytes: gathered.bytes, files: 1 },
      run: making.run({
        ...{ makes: to, still, judge },
        build: async (staged, state) => {
          const { onBytes, onLeftOut, signal } = state;
          const open = ({ path }: { path: string }) => files.open(ref, path);
          const content = packed(gathered.items, { open, nameMissing: false, onBytes, onLeftOut });
          const bytes = await staged.file(
            '',
            going(content, { signal, onLeftOut, onBytes: () => undefined }),
            most
          );
          return { bytes, files: 1 };
        },
        note: (trx, who, made) =>
          writeRow(trx, who, to, 'file.zipped', { ...made, from: paths.slice(0, 100), count: paths.length })
      })
    });
  };
};

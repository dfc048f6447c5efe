import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { demand, type Verdict } from '../../platform/verdict.js';
import { packed } from './archive.pack.js';
import type { DatasetsService } from './datasets.service.js';
import { demandTaking } from './files.gather.js';
import type { Held } from './files.gathering.js';
import { createMaking, going, type MakingDeps } from './files.making.js';
import { refOf, writeRow, type Place } from './files.place.js';
import type { Work } from './operations.service.js';
import { canCarryAt } from './shares.policy.js';

/** What a zip file has for each entry beside its name, twice, at most. */
const perEntry = 300;

/** Packs files of a dataset into a zip file in it. */
export const createZipService = (deps: MakingDeps) => {
  const { files, datasets, operations, gathering } = deps;
  const making = createMaking(deps);

  const judge =
    (to: Place) =>
    (who: Author, into: contract.Dataset): Verdict =>
      canCarryAt(personOf(who), 'in', into, to.path);

  const workOf = async (
    actor: Author,
    { to, paths, gathered, free }: Held & { readonly to: Place; readonly paths: readonly string[] },
    still: () => Promise<Author>
  ): Promise<Work> => {
    const admitTaking = async (who: Author, seen: Pick<DatasetsService, 'get'>): Promise<void> => {
      demandTaking(who, await seen.get(to.project, to.dataset), paths, gathered);
    };
    await admitTaking(actor, datasets);
    let names = 0;
    for (const { name } of gathered.items) names += 2 * Buffer.byteLength(name) + perEntry;
    const most = gathered.bytes + Math.ceil(gathered.bytes / 1000) + names + 2 ** 16;
    await making.expect(to, { bytes: gathered.bytes, files: 1 });
    const ref = refOf(to);
    const run = making.run({
      ...{ makes: to, still, judge: judge(to), admitTaking },
      build: async (staged, state) => {
        const { onBytes, onLeftOut, signal } = state;
        const open = ({ path }: { path: string }) => files.open(ref, path);
        const content = packed(gathered.items, { open, nameMissing: false, onBytes, onLeftOut });
        const whole = going(content, { signal, onLeftOut, onBytes: () => undefined });
        return { bytes: await staged.file('', whole, most), files: 1 };
      },
      note: (trx, who, made) =>
        writeRow(trx, who, to, 'file.zipped', { ...made, from: paths.slice(0, 100), count: paths.length })
    });
    return {
      kind: 'zip',
      makes: to,
      totalBytes: gathered.bytes,
      adds: { project: ref.project, bytes: gathered.bytes, files: 1 },
      run: state => run(state).finally(free)
    };
  };

  return async (actor: Author, to: Place, paths: readonly string[], still: () => Promise<Author>) => {
    demand(judge(to)(actor, await datasets.get(to.project, to.dataset)));
    let held: Held | undefined;
    const look = async (): Promise<Work> => {
      held = await gathering(actor, to, paths);
      return workOf(actor, { to, paths, ...held }, still);
    };
    try {
      return await operations.start(actor, to.project, look);
    } catch (error) {
      held?.free();
      throw error;
    }
  };
};

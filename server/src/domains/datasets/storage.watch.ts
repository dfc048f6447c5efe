import type { Db } from '../../platform/db.js';
import type { Logger } from '../../platform/logger.js';
import type { DatasetRef, FileStore } from '../../ports/file-store.js';
import { createCounting } from './storage.counting.js';
import { createBlame, whyReadOnly, type Blame, type Written } from './storage.overruns.js';
import { usualPace, type Pace } from './storage.pace.js';
import type { Stored } from './storage.store.js';
import { createTrashCounting } from './trash.sizes.js';

/** What runs with datasets mounted writable. */
export interface Writers {
  list(): Promise<
    readonly { readonly id: string; readonly project: string; readonly datasets: readonly DatasetRef[] }[]
  >;
  /** Bytes that one has written to disks so far, wherever. */
  written(id: string): Promise<number>;
  /** Takes writing into a dataset from one that runs. */
  keepFromWriting(id: string, dataset: DatasetRef, reason: string): Promise<void>;
}

/** A project that stores more than it may. */
export interface OverProject {
  readonly project: string;
  readonly what: keyof Stored;
  /** Who goes on writing is to be kept from it. */
  readonly ends: boolean;
}

export interface StorageWatchDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly logger: Logger;
  readonly writers: Writers;
  /** Warns those that are over, and tells who they are. */
  readonly over: () => Promise<readonly OverProject[]>;
  readonly pace?: Pace;
}

type Writer = Awaited<ReturnType<Writers['list']>>[number];

const isSame = (one: DatasetRef, other: DatasetRef): boolean =>
  one.project === other.project && one.dataset === other.dataset;

/**
 * Keeps what datasets hold counted, and takes writing from who goes on with it where a project stores too much. What is
 * remembered is only who wrote how much lately: after a restart whoever overruns has a little longer.
 */
export const createStorageWatch = ({
  db,
  files,
  logger,
  writers,
  over,
  pace = usualPace
}: StorageWatchDeps) => {
  let [now, overNow]: [readonly Writer[], readonly OverProject[]] = [[], []];
  const blames = new Map<string, Blame>();
  /** What each had written when the count before the one that is under way began. */
  const before = new Map<string, Written>();

  const writing = async (ref: DatasetRef): Promise<Written> => {
    const able = now.filter(({ datasets }) => datasets.some(each => isSame(each, ref)));
    return new Map(await Promise.all(able.map(async ({ id }) => [id, await writers.written(id)] as const)));
  };

  const kindsOver = (project: string, only: (over: OverProject) => boolean): Set<keyof Stored> =>
    new Set(overNow.filter(one => one.project === project && only(one)).map(({ what }) => what));

  const judge = async (ref: DatasetRef, grown: Stored, written: Written): Promise<void> => {
    const kinds = kindsOver(ref.project, ({ ends }) => ends);
    const blame = blames.get(ref.project) ?? createBlame();
    blames.set(ref.project, blame);
    const some = { bytes: kinds.has('bytes') ? grown.bytes : 0, files: kinds.has('files') ? grown.files : 0 };
    const { passed, seen } = blame.note(some, written);
    for (const id of passed) {
      const writer = now.find(one => one.id === id);
      if (!writer) continue;
      logger.info({ run: id, ...ref, grown, seen }, 'a dataset grew beyond the quota of its project');
      await writers.keepFromWriting(id, ref, whyReadOnly(ref, writer.project, seen));
    }
  };

  const counting = createCounting({
    db,
    files,
    pace,
    besides: createTrashCounting({ db, files }),
    onFault: (error, dataset) => {
      logger.warn({ err: error, ...dataset }, 'a dataset could not be counted; it is tried again');
    },
    around: async ref => {
      const key = `${ref.project}/${ref.dataset}`;
      if (kindsOver(ref.project, () => true).size === 0) {
        before.delete(key);
        return () => Promise.resolve();
      }
      const [earlier, begun] = [before.get(key), await writing(ref)];
      before.set(key, begun);
      return async grown => {
        if (!earlier) return;
        const since = [...(await writing(ref))].map(
          ([id, amount]) => [id, amount - (earlier.get(id) ?? 0)] as const
        );
        await judge(ref, grown, new Map(since));
      };
    }
  });

  return {
    /** Counts every dataset now. */
    count: () => counting.countAll(),

    /** One look at what writes; sets going what is due. */
    async look(): Promise<void> {
      now = await writers.list();
      overNow = await over();
      const projects = new Set(overNow.map(({ project }) => project));
      for (const project of blames.keys()) if (!projects.has(project)) blames.delete(project);
      await counting.look({ written: now.flatMap(({ datasets }) => [...datasets]), over: projects });
    },

    close: () => counting.close()
  };
};

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BatchPlace, FileBatch, FileBatches } from '../../ports/file-batches.js';
import { merge, planMerge, unmerge, type Step } from './filestore.merge.js';
import { settle } from './filestore.move.js';
import type { Outgoing } from './filestore.outgoing.js';
import { namesOfNew } from './filestore.path.js';
import { createTree } from './filestore.tree.js';
import { createWriting } from './filestore.writing.js';
import { codeOf, openFolder, type Owner } from './filestore.walk.js';

interface Ways {
  readonly outgoing: Outgoing;
  /** Opens a dataset’s folder, making it where it is missing. */
  readonly openDataset: (dataset: BatchPlace['dataset']) => Promise<FileHandle>;
  readonly folderOf: (dataset: BatchPlace['dataset']) => string;
  /** Throws where a folder could not be made in a dataset. */
  readonly placeable: (dataset: BatchPlace['dataset'], names: readonly string[]) => Promise<void>;
}

/** What is being placed, written down before anything is. */
interface Plan {
  readonly id: string;
  readonly into: BatchPlace;
  readonly steps: readonly Step[];
}

const onlyOurs = 0o700;
const run = promisify(execFile);

const settled = async (path: string): Promise<void> => {
  const folder = await openFolder(path);
  try {
    await settle(folder);
  } finally {
    await folder.close();
  }
};

/** Its name is there once all of it is. */
const writePlan = async (whole: string, plan: Plan): Promise<void> => {
  const part = join(whole, 'plan.part');
  const file = await open(part, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(plan));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(part, join(whole, 'plan'));
  await settled(whole);
};

const planIn = async (whole: string): Promise<Plan | undefined> => {
  try {
    return JSON.parse(await readFile(join(whole, 'plan'), 'utf8')) as Plan;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
};

/**
 * Batches on their way in, each a tree of its own on the datasets’ file system that nobody but us reaches: a picture
 * of the dataset with nothing in it but what comes, which is then merged into it.
 */
export const createBatches = (
  folder: string,
  owner: Owner | undefined,
  { outgoing, openDataset, folderOf, placeable }: Ways
): FileBatches => {
  const write = createWriting(owner);

  /** Takes back what was placed; a dataset that is gone has nothing of it. */
  const takeBack = async (whole: string, { into, steps }: Plan): Promise<void> => {
    await unmerge(join(whole, 'tree'), steps, () => openFolder(folderOf(into.dataset)));
    await rm(join(whole, 'plan'), { force: true });
    await settled(whole);
  };

  /** What is ours alone goes at once; what a program may have made there needs more care, and maybe time. */
  const discard = async (whole: string): Promise<void> => {
    await rm(join(whole, 'plan'), { force: true });
    await run('rm', ['-rf', '--one-file-system', whole]).catch(() => outgoing.clear(whole));
  };

  const begin = async (id: string, into: BatchPlace): Promise<FileBatch> => {
    await placeable(into.dataset, into.folder === '' ? [] : namesOfNew(into.folder));
    const whole = join(folder, randomUUID());
    const tree = join(whole, 'tree');
    await mkdir(tree, { recursive: true, mode: onlyOurs });
    let plan: Plan | undefined;

    const undo = async (): Promise<void> => {
      if (!plan) return;
      await takeBack(whole, plan);
      plan = undefined;
    };

    const { takeIn, file } = createTree(tree, into.folder, { write, owner });
    return {
      takeIn,
      file,
      async settle() {
        // Thousands of files are not fsynced one after the other: the file system is told to write down what it has.
        await run('sync', ['--file-system', tree]);
      },

      async place() {
        const target = await openDataset(into.dataset);
        let steps: Step[];
        try {
          steps = await planMerge(tree, target);
        } finally {
          await target.close();
        }
        plan = { id, into, steps };
        await writePlan(whole, plan);
        try {
          await merge(tree, steps, () => openDataset(into.dataset));
        } catch (error) {
          await undo();
          throw error;
        }
      },
      takeBack: undo,
      async discard() {
        plan = undefined;
        await discard(whole);
      }
    };
  };

  return {
    begin,
    async recover(isAccepted) {
      await mkdir(folder, { recursive: true, mode: onlyOurs });
      for (const name of await readdir(folder)) {
        const whole = join(folder, name);
        const plan = await planIn(whole);
        if (plan && !(await isAccepted(plan.id, plan.into))) await takeBack(whole, plan);
        await discard(whole);
      }
    }
  };
};

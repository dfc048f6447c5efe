import { ProblemError } from '../../platform/problem.js';
import type { FileStore } from '../../ports/file-store.js';
import { badFiles, folderOf, modelsOf, type ModelRef } from './models.view.js';

const mostFiles = 100_000;

type Files = Pick<FileStore, 'entry' | 'walk'>;

/** Whether a version's folder is there. */
export const isThere = async (files: Files, ref: ModelRef): Promise<boolean> => {
  try {
    return (await files.entry(modelsOf(ref.project), folderOf(ref))).kind === 'folder';
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
};

/** What a version's folder holds; refuses what is no model's: nothing, too much, or what leads elsewhere. */
export const countModel = async (files: Files, ref: ModelRef): Promise<{ bytes: number; files: number }> => {
  if (!(await isThere(files, ref))) throw badFiles(ref, 'is no folder.');
  const sum = { bytes: 0, files: 0 };
  let seen = 0;
  for await (const { path, kind, bytes } of files.walk(modelsOf(ref.project), folderOf(ref))) {
    if (++seen > mostFiles) throw badFiles(ref, `holds more than ${mostFiles} files and folders.`);
    if (kind === 'other')
      throw badFiles(
        ref,
        `holds ${JSON.stringify(path.slice(0, 200))}, which is a link or another thing that is no file.`
      );
    if (kind !== 'file') continue;
    sum.bytes += bytes;
    sum.files += 1;
  }
  if (sum.files === 0) throw badFiles(ref, 'holds no file.');
  return sum;
};

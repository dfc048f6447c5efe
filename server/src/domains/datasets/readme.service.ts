import { buffer } from 'node:stream/consumers';
import { activity as contract } from '@hopslab/schema';
import { personOf, type Actor } from '../../platform/actor.js';
import type { Meter } from '../../platform/meter.js';
import { ProblemError } from '../../platform/problem.js';
import { demand, isGranted } from '../../platform/verdict.js';
import type { FileStore, OpenFile } from '../../ports/file-store.js';
import type { DatasetsService } from './datasets.service.js';
import { refOf, type Place } from './files.place.js';
import { canPreview } from './previews.policy.js';
import { canCarryAt } from './shares.policy.js';

export interface ReadmeDeps {
  readonly files: FileStore;
  readonly datasets: DatasetsService;
  /** Counts what is sent to those who may look but not carry. */
  readonly meter: Meter;
}

const none: contract.Readme = { text: null, cut: false };
const name = 'README.md';

const textOf = (bytes: Buffer, cut: boolean): string | null => {
  try {
    // The last letter of what is cut may be cut in two.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
};

/** The README of a dataset: looked at by every member like a preview, and metered like one. */
export const createReadmeService = ({ files, datasets, meter }: ReadmeDeps) => {
  const open = async (place: Place): Promise<OpenFile | undefined> => {
    try {
      return await files.open(refOf(place), place.path);
    } catch (error) {
      if (error instanceof ProblemError && /^file\./.test(error.code)) return undefined;
      throw error;
    }
  };

  return async (actor: Actor, project: string, dataset: string): Promise<contract.Readme> => {
    const [who, found] = [personOf(actor), await datasets.get(project, dataset)];
    demand(canPreview(who, actor.channel, found, name));
    const file = await open({ project, dataset, path: name });
    if (!file) return none;
    const { size } = file.entry;
    const cut = size > contract.longestReadme;
    let bytes: Buffer = Buffer.alloc(0);
    try {
      if (size > 0)
        bytes = await buffer(file.read({ start: 0, end: Math.min(size, contract.longestReadme) - 1 }));
    } finally {
      await file.close();
    }
    const text = textOf(bytes, cut);
    if (text === null) return none;
    if (!isGranted(canCarryAt(who, 'out', found, name)))
      meter.add({ project, user: actor.user.name }, bytes.length);
    return { text, cut };
  };
};
export type ReadReadme = ReturnType<typeof createReadmeService>;

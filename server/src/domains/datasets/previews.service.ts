import { basename } from 'node:path';
import { previews as contract, type ProblemCode } from '@hopslab/schema';
import type { z } from 'zod';
import { personOf, type Actor } from '../../platform/actor.js';
import type { Meter } from '../../platform/meter.js';
import { problem } from '../../platform/problem.js';
import { demand, isGranted } from '../../platform/verdict.js';
import type { FileStore } from '../../ports/file-store.js';
import {
  PreviewFault,
  type PreviewFaultCode,
  type PreviewQuestion,
  type PreviewReader
} from '../../ports/preview-reader.js';
import { SandboxFault } from '../../ports/sandbox.js';
import type { DatasetsService } from './datasets.service.js';
import { refOf, type Place } from './files.place.js';
import { canPreview, reachFor } from './previews.policy.js';
import { createTurns } from './previews.turns.js';
import { canCarryAt } from './shares.policy.js';

export interface PreviewsDeps {
  readonly files: FileStore;
  readonly datasets: DatasetsService;
  readonly reader: PreviewReader;
  /** Counts what is sent to those who may look but not carry. */
  readonly meter: Meter;
}

/** Who asks: what they are by now is asked again once the file is read, which takes seconds. */
interface Asking {
  readonly actor: Actor;
  readonly still: () => Promise<Actor>;
  readonly signal: AbortSignal;
}

const codes: Readonly<Record<PreviewFaultCode, ProblemCode>> = {
  unsupported: 'preview.unsupported',
  failed: 'preview.failed',
  'too-large': 'preview.too-large',
  changed: 'preview.changed'
};

const asProblem = (error: unknown): unknown => {
  if (error instanceof PreviewFault) return problem(codes[error.code], error.message, { cause: error });
  if (!(error instanceof SandboxFault)) return error;
  return problem('service.unavailable', 'Data files cannot be looked at on this machine just now.', {
    cause: error
  });
};

/** What an empty file holds needs no reading. */
const ofNothing = (path: string, { ask, column }: PreviewQuestion) => {
  const format = contract.formatOf(path);
  if (format === 'parquet' || format === 'orc')
    throw new PreviewFault('failed', 'It is empty, and so it is no Parquet or ORC file.');
  const about = { format, rowCount: 0, columnCount: 0, column, columns: [], notes: [] };
  return ask === 'page'
    ? { ...about, rows: [], more: false, stopped: null }
    : { ...about, sampled: 0, whole: true, statistics: [] };
};

/** Looking into data files without carrying them: bounded, metered, and never by this process itself. */
export const createPreviewsService = ({ files, datasets, reader, meter }: PreviewsDeps) => {
  const turns = createTurns({ atOnce: 2, waiting: 8, patience: 15_000 });

  const admitted = async (actor: Actor, { project, dataset, path }: Place) => {
    const [who, found] = [personOf(actor), await datasets.get(project, dataset)];
    demand(canPreview(who, actor.channel, found, path));
    return {
      reach: reachFor(who, found, path),
      isMetered: !isGranted(canCarryAt(who, 'out', found, path))
    };
  };

  const ask = async <S extends z.ZodType>(
    { actor, still, signal }: Asking,
    place: Place,
    question: (reach: number) => PreviewQuestion,
    schema: S,
    told: (answer: Record<string, unknown>, reach: number) => object
  ): Promise<z.output<S>> => {
    const { reach } = await admitted(actor, place);
    if (contract.formatOf(place.path) === undefined)
      throw problem(
        'preview.unsupported',
        `The name does not end like that of a table (${contract.tableEndings.join(' ')}).`
      );
    const file = await files.open(refOf(place), place.path);
    let answer: unknown;
    try {
      const asked = question(reach);
      const about = { name: basename(place.path), ...file.where };
      answer =
        file.entry.size === 0
          ? ofNothing(place.path, asked)
          : await turns.in(actor.user.name, signal, () => reader.read(about, asked, signal));
    } catch (error) {
      throw asProblem(error);
    } finally {
      await file.close();
    }
    // A role, or a share, may have ended meanwhile.
    const { isMetered } = await admitted(await still(), place);
    const { tag, size } = file.entry;
    const checked = schema.safeParse({ ...told(answer as Record<string, unknown>, reach), tag, size });
    if (!checked.success)
      throw problem('preview.failed', 'What was read of it makes no sense.', { cause: checked.error });
    if (isMetered)
      meter.add(
        { project: place.project, user: actor.user.name },
        Buffer.byteLength(JSON.stringify(checked.data))
      );
    return checked.data;
  };

  const reachable = (rowCount: unknown, reach: number): number =>
    typeof rowCount === 'number' ? Math.min(rowCount, reach) : reach;

  return {
    page: (asking: Asking, place: Place, asked: Omit<PreviewQuestion, 'ask'>): Promise<contract.Preview> =>
      ask(
        asking,
        place,
        // Beyond the reach nothing is read: the answer has no rows.
        reach =>
          asked.offset < reach
            ? { ask: 'page', ...asked, limit: Math.min(asked.limit, reach - asked.offset) }
            : { ask: 'page', ...asked, offset: 0, limit: 0 },
        contract.Preview,
        (answer, reach) => {
          const rows = Array.isArray(answer['rows']) ? answer['rows'].length : 0;
          return {
            ...answer,
            offset: asked.offset,
            reach: reachable(answer['rowCount'], reach),
            more: answer['more'] === true && asked.offset + rows < reach
          };
        }
      ),

    statistics: (
      asking: Asking,
      place: Place,
      asked: Pick<PreviewQuestion, 'column' | 'columns'>
    ): Promise<contract.PreviewStatistics> =>
      ask(
        asking,
        place,
        () => ({ ask: 'statistics', offset: 0, limit: 1, ...asked }),
        contract.PreviewStatistics,
        (answer, reach) => ({ ...answer, reach: reachable(answer['rowCount'], reach) })
      )
  };
};
export type PreviewsService = ReturnType<typeof createPreviewsService>;

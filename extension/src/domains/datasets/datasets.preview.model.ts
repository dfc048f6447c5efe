import { previews } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { Place } from './datasets.places.js';

/** What is asked for at once. */
const tileRows = 500;
const tileColumns = 50;
/** Tiles that are kept, and requests under way and waiting: whoever scrolls on does not wait for what is passed by. */
const mostTiles = 120;
const atOnce = 2;
const mostWaiting = 6;
const busyPause = 1500;

/** Cells that have come. */
export interface Arrived {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

interface Tile {
  readonly rows: readonly (readonly previews.Cell[])[];
  readonly offset: number;
}

interface Wish {
  readonly key: string;
  readonly get: () => Promise<void>;
}

/** A data file that is looked at: its cells and columns come as they are asked for. */
export interface PreviewModel extends IDisposable {
  readonly place: Place;
  /** What the file is like; null until something of it has come. */
  readonly about: previews.Preview | null;
  /** Why there is nothing, or nothing more; null where all is well. */
  readonly problem: unknown;
  /** Rows that can be scrolled to now: of a file that does not say how many it has, some more than were seen. */
  readonly rowCount: number;
  /** All rows that can be seen are among them. */
  readonly isWhole: boolean;
  readonly column: (index: number) => previews.Column | undefined;
  readonly statistics: (index: number) => previews.ColumnStatistics | undefined;
  /** A cell; undefined where it has not come yet, and is asked for. */
  readonly cell: (row: number, column: number) => previews.Cell | undefined;
  /** Reads the file anew. */
  readonly reload: () => void;
  readonly stateChanged: ISignal<unknown, void>;
  /** Some cells, or with null what is said of columns. */
  readonly arrived: ISignal<unknown, Arrived | null>;
  /** Everything before is of another file. */
  readonly replaced: ISignal<unknown, void>;
}

export const createPreviewModel = (project: IProject, place: Place): PreviewModel => {
  const stop = new AbortController();
  const tiles = new Map<string, Tile>();
  const columns = new Map<number, previews.Column>();
  const statistics = new Map<number, previews.ColumnStatistics>();
  const asked = new Set<string>();
  let waiting: Wish[] = [];
  let running = 0;
  let era = 0;
  let about: previews.Preview | null = null;
  let problem: unknown = null;
  let rowCount = 0;
  let isWhole = false;

  const self = {};
  const stateChanged = new Signal<object, void>(self);
  const arrived = new Signal<object, Arrived | null>(self);
  const replaced = new Signal<object, void>(self);

  const where = () => ({ p: project.me?.project?.name ?? '', d: place.dataset, path: place.path });
  const options = { signal: stop.signal };

  const next = (): void => {
    while (running < atOnce) {
      const wish = waiting.pop();
      if (!wish) return;
      running++;
      void wish.get().finally(() => {
        running--;
        next();
      });
    }
  };

  const want = (key: string, get: (isStill: () => boolean) => Promise<void>): void => {
    if (asked.has(key) || stop.signal.aborted) return;
    asked.add(key);
    const then = era;
    const isStill = () => then === era && !stop.signal.aborted;
    const attempt = async (): Promise<void> => {
      try {
        await project.known;
        await get(isStill);
      } catch (error) {
        if (!isStill()) return;
        if (error instanceof ApiProblem && error.code === 'preview.busy') {
          setTimeout(() => {
            if (!isStill()) return;
            asked.delete(key);
            arrived.emit(null);
          }, busyPause);
          if (about) return;
        }
        problem = error;
        stateChanged.emit();
      }
    };
    waiting.push({ key, get: attempt });
    for (const { key: late } of waiting.slice(0, -mostWaiting)) asked.delete(late);
    waiting = waiting.slice(-mostWaiting);
    next();
  };

  const remember = (answer: previews.Preview | previews.PreviewStatistics): void => {
    answer.columns.forEach((column, i) => columns.set(answer.column + i, column));
  };

  const keep = (key: string, tile: Tile): void => {
    tiles.set(key, tile);
    for (const oldest of tiles.keys()) {
      if (tiles.size <= mostTiles) break;
      tiles.delete(oldest);
      asked.delete(oldest);
    }
  };

  const count = ({ rowCount: all, reach, offset, rows, more }: previews.Preview): void => {
    const seen = offset + rows.length;
    if (all !== null) [rowCount, isWhole] = [reach, true];
    else if (!more) [rowCount, isWhole] = [Math.max(seen, isWhole ? rowCount : 0), true];
    else if (!isWhole) rowCount = Math.min(reach, Math.max(rowCount, seen + tileRows));
  };

  const load = async (offset: number, column: number, key: string, isStill: () => boolean): Promise<void> => {
    const query = { offset, limit: tileRows - (offset % tileRows), column, columns: tileColumns };
    const answer = await project.api.call(previews.previewFile, { params: where(), query }, options);
    if (!isStill()) return;
    if (about && about.tag !== answer.tag) {
      reload();
      return;
    }
    // What ends before a row of it came is not asked for again and again.
    if (answer.rows.length === 0 && answer.more) throw new Error('a page without rows');
    keep(key, { rows: answer.rows, offset });
    remember(answer);
    count(answer);
    const isFirst = about === null;
    if (isFirst || answer.stopped !== null) about = answer;
    if (isFirst) replaced.emit();
    arrived.emit({
      row: offset,
      rows: answer.rows.length,
      column: answer.column,
      columns: answer.columns.length
    });
    stateChanged.emit();
  };

  const loadStatistics = async (column: number, isStill: () => boolean): Promise<void> => {
    const query = { column, columns: tileColumns };
    const answer = await project.api
      .call(previews.previewStatistics, { params: where(), query }, options)
      // Without them the rows are still there.
      .catch(() => undefined);
    if (!isStill() || !answer) return;
    remember(answer);
    answer.statistics.forEach((one, i) => statistics.set(answer.column + i, one));
    arrived.emit(null);
    stateChanged.emit();
  };

  const begin = (): void => {
    want('0:0:0', isStill => load(0, 0, '0:0:0', isStill));
  };

  const reload = (): void => {
    era++;
    for (const kept of [tiles, columns, statistics, asked]) kept.clear();
    waiting = [];
    [about, problem, rowCount, isWhole] = [null, null, 0, false];
    replaced.emit();
    stateChanged.emit();
    begin();
  };

  const model: PreviewModel = {
    place,
    get about() {
      return about;
    },
    get problem() {
      return problem;
    },
    get rowCount() {
      return rowCount;
    },
    get isWhole() {
      return isWhole;
    },
    column: index => columns.get(index),
    statistics: index => {
      const column = index - (index % tileColumns);
      if (about && index < about.columnCount && !statistics.has(index))
        want(`s:${column}`, isStill => loadStatistics(column, isStill));
      return statistics.get(index);
    },
    cell: (row, column) => {
      const [block, first] = [Math.floor(column / tileColumns), row - (row % tileRows)];
      // A page of large rows ends early: the next begins there.
      for (let offset = first; ;) {
        const key = `${first}:${block}:${offset}`;
        const tile = tiles.get(key);
        if (!tile) {
          if (about && problem === null)
            want(key, isStill => load(offset, block * tileColumns, key, isStill));
          return undefined;
        }
        if (row < offset + tile.rows.length) return tile.rows[row - offset]?.[column % tileColumns] ?? null;
        if (tile.rows.length === 0) return null;
        offset += tile.rows.length;
      }
    },
    reload,
    stateChanged,
    arrived,
    replaced,
    get isDisposed() {
      return stop.signal.aborted;
    },
    dispose() {
      stop.abort();
      Signal.clearData(self);
    }
  };
  begin();
  return model;
};

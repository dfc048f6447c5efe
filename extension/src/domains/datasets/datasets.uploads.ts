import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem, type LeftUpload, type Resumable } from '../../api/index.js';
import type { Translate } from '../../ui/index.js';
import { localPathOf, type Place } from './datasets.places.js';

export type UploadState =
  | 'waiting'
  | 'running'
  /** Nothing answers; it goes on by itself. */
  | 'away'
  | 'paused'
  | 'failed'
  | 'done'
  /** An earlier page has left it: it goes on with the same file. */
  | 'left';

/** One file, or a batch of small ones, on its way in. */
export interface UploadItem {
  readonly key: number;
  /** What it is called, in words or by its path. */
  readonly name: string;
  readonly place: Place;
  readonly size: number;
  /** How many they are. */
  readonly files: number;
  readonly sent: number;
  readonly state: UploadState;
  /** Why it failed, and what to do. */
  readonly reason: string | null;
  /** It can stop and go on where it was. */
  readonly canPause: boolean;
}

/** How a file is sent. */
export type Send = (told: {
  readonly onProgress: (sent: number) => void;
  readonly onAway: () => void;
}) => Resumable;

/** What is being carried in now, or was until now. */
export interface Uploads {
  readonly items: readonly UploadItem[];
  readonly stateChanged: ISignal<unknown, void>;
  /** Sends something when its turn comes; resolves once it is in its place. Who gives it up is told by an error. */
  add(
    what: Pick<UploadItem, 'name' | 'place' | 'size' | 'canPause'> & Partial<Pick<UploadItem, 'files'>>,
    send: Send
  ): Promise<void>;
  /** Shows at once what cannot be sent, and why. */
  refuse(what: Pick<UploadItem, 'name' | 'place' | 'size'>, reason: string): void;
  /** Shows what an earlier page has left. */
  remember(left: readonly (LeftUpload & { readonly place: Place })[]): void;
  pause(key: number): void;
  /** Goes on, or tries it again. */
  resume(key: number): void;
  /** Gives it up, and takes it off the list. */
  cancel(key: number): void;
  /** Takes what is over off the list. */
  clear(): void;
}

/** What has all arrived needs no word any more, in milliseconds. */
const seen = 6000;
/** Sent at once: more of them only take from each other. */
const atOnce = 3;

interface Job {
  item: UploadItem;
  readonly resumable: Resumable | null;
  readonly forget: () => Promise<void>;
  readonly done: () => void;
  readonly failed: (why: unknown) => void;
}

/** What is there already: of one file, and of one in a batch. */
const asks: readonly ApiProblem['code'][] = ['request.stale', 'file.exists'];
const over: readonly UploadState[] = ['done', 'failed'];

export const isUnderWay = ({ state }: UploadItem): boolean =>
  state === 'waiting' || state === 'running' || state === 'away';

export const createUploads = (words: Translate): Uploads => {
  const owner = {};
  const changed = new Signal<object, void>(owner);
  let jobs: Job[] = [];
  let next = 0;
  let clearing: ReturnType<typeof setTimeout> | undefined;

  const find = (key: number): Job | undefined => jobs.find(({ item }) => item.key === key);
  const set = (job: Job, change: Partial<UploadItem>): void => {
    job.item = { ...job.item, ...change };
    changed.emit();
  };

  const run = async (job: Job): Promise<void> => {
    set(job, { state: 'running', reason: null });
    try {
      await job.resumable?.run();
      clearTimeout(clearing);
      set(job, { state: 'done', sent: job.item.size });
      job.done();
      clearing = setTimeout(clearAll, seen);
    } catch (error) {
      // The one who asked is asked whether to replace what is there.
      if (error instanceof ApiProblem && asks.includes(error.code)) {
        jobs = jobs.filter(other => other !== job);
        changed.emit();
      } else set(job, { state: 'failed', reason: error instanceof Error ? error.message : String(error) });
      job.failed(error);
    }
    begin();
  };

  const clearAll = (): void => {
    if (!jobs.every(({ item }) => item.state === 'done')) return;
    jobs = [];
    changed.emit();
  };

  const begin = (): void => {
    const running = jobs.filter(({ item }) => item.state === 'running' || item.state === 'away').length;
    const waiting = jobs.filter(({ item }) => item.state === 'waiting');
    for (const job of waiting.slice(0, Math.max(0, atOnce - running))) void run(job);
  };

  const put = (
    what: Pick<UploadItem, 'name' | 'place' | 'size'> & Partial<UploadItem>,
    more: Partial<Job> = {}
  ): Job => {
    const item = {
      files: 1,
      sent: 0,
      state: 'waiting',
      reason: null,
      canPause: false,
      ...what,
      key: next++
    } as const;
    const nothing = () => undefined;
    const job: Job = {
      item,
      resumable: null,
      forget: () => Promise.resolve(),
      done: nothing,
      failed: nothing,
      ...more
    };
    clearTimeout(clearing);
    jobs = [...jobs, job];
    changed.emit();
    return job;
  };

  const drop = (job: Job): void => {
    jobs = jobs.filter(other => other !== job);
    changed.emit();
    begin();
  };

  return {
    get items() {
      return jobs.map(({ item }) => item);
    },
    get stateChanged() {
      return changed;
    },
    add: async (what, send) => {
      // It is the same file, come again.
      const again = jobs.find(
        ({ item }) => item.state === 'left' && localPathOf(item.place) === localPathOf(what.place)
      );
      if (again) drop(again);
      await new Promise<void>((done, failed) => {
        const resumable: Resumable = send({
          onProgress: sent => {
            set(job, { sent, ...(job.item.state === 'away' && { state: 'running' }) });
          },
          onAway: () => {
            if (job.item.state === 'running') set(job, { state: 'away' });
          }
        });
        const job = put(what, { resumable, done, failed, forget: async () => resumable.cancel() });
        begin();
      });
    },
    refuse: (what, reason) => {
      put({ ...what, state: 'failed', reason });
    },
    remember: left => {
      for (const { place, size, path, forget } of left)
        put({ name: path.slice(path.lastIndexOf('/') + 1), place, size, state: 'left' }, { forget });
    },
    pause: key => {
      const job = find(key);
      if (!job || !isUnderWay(job.item)) return;
      set(job, { state: 'paused' });
      void job.resumable?.pause();
      begin();
    },
    resume: key => {
      const job = find(key);
      if (!job?.resumable || isUnderWay(job.item)) return;
      set(job, { state: 'waiting', reason: null });
      begin();
    },
    cancel: key => {
      const job = find(key);
      if (!job) return;
      void job.forget().catch(() => undefined);
      job.failed(new Error(words.__('%1 was given up.', job.item.name)));
      drop(job);
    },
    clear: () => {
      jobs = jobs.filter(({ item }) => !over.includes(item.state));
      changed.emit();
    }
  };
};

import { problem } from '../../platform/problem.js';

/** One request's turn at an upload. */
export interface Turn {
  /** To be told of every sign of life. */
  moved(): void;
  /** Ends what it waits for, where another has come and it brings nothing any more. */
  onGiveUp(giveUp: () => void): void;
  done(): void;
}

interface Holder {
  /** It only looks: whoever comes waits for it. */
  readonly brief: boolean;
  givenUp: boolean;
  movedAt: number;
  giveUp: () => void;
  readonly ended: Promise<void>;
}

/** Milliseconds without a byte after which a connection is taken for dead, where somebody else comes. */
const usualSilence = 3000;
/** How long one that was told to end may take. */
const patience = 10_000;

const busy = () =>
  problem('upload.busy', 'Another request is at this upload; ask again when it has ended, in a few seconds.');

/** One request at a time goes on with an upload; a connection that died does not keep it from the next. */
export const createTurns = (silence = usualSilence) => {
  const holders = new Map<string, Holder>();

  const freed = async (id: string, force: boolean): Promise<void> => {
    const holder = holders.get(id);
    if (!holder) return;
    if (!force && !holder.brief && performance.now() - holder.movedAt < silence) throw busy();
    if (!holder.brief) {
      holder.givenUp = true;
      holder.giveUp();
    }
    let timer: NodeJS.Timeout | undefined;
    const tired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(busy());
      }, patience);
    });
    try {
      await Promise.race([holder.ended, tired]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    /** Throws `upload.busy` while another goes on with it; with `force` that one is ended, however lively. */
    async take(id: string, { force = false, brief = false } = {}): Promise<Turn> {
      await freed(id, force);
      // Of several that waited one is first.
      if (holders.has(id)) throw busy();
      let end: () => void = () => undefined;
      const ended = new Promise<void>(resolve => (end = resolve));
      const holder: Holder = {
        brief,
        givenUp: false,
        movedAt: performance.now(),
        giveUp: () => undefined,
        ended
      };
      holders.set(id, holder);
      return {
        moved: () => (holder.movedAt = performance.now()),
        onGiveUp(giveUp) {
          holder.giveUp = giveUp;
          if (holder.givenUp) giveUp();
        },
        done() {
          holders.delete(id);
          end();
        }
      };
    },

    /** Uploads that are gone on with now. */
    taken: (): string[] => [...holders.keys()]
  };
};
export type Turns = ReturnType<typeof createTurns>;

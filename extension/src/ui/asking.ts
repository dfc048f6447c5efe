import { useEffect, useState } from 'react';

/** Something that was asked for and waits for a click in a window of the hub; what it is in words, and where. */
export interface Waiting {
  readonly summary: string;
  readonly url: string;
}

export const waitingIn = (error: unknown): Waiting | undefined =>
  error instanceof Error && 'pending' in error ? (error.pending as Waiting) : undefined;

/** A small window that knows nothing of this page, nor this page of it. */
const features = 'popup,noopener,noreferrer,width=680,height=640';

export interface Asking {
  readonly busy: boolean;
  /** Why it was refused, or that it waits for a click on the hub. */
  readonly outcome: unknown;
  /** Asks for a change. What waits is shown in a window of the hub at once; false where it was refused. */
  readonly ask: (change: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** One change at a time, forgotten as soon as what is `shown` is other than it was. */
export const useAsking = (shown: unknown): Asking => {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<unknown>(null);
  const forget = (): void => {
    setOutcome(null);
  };
  useEffect(forget, [shown]);
  const ask = async (change: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setOutcome(null);
    try {
      await change();
      return true;
    } catch (error) {
      setOutcome(error);
      const waiting = waitingIn(error);
      // A browser that opens none leaves the link in the notice.
      if (waiting) window.open(waiting.url, '_blank', features);
      return waiting !== undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, outcome, ask, forget };
};

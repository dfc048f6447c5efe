import { useState } from 'react';

/** A text that several people may edit at once. */
export interface Editable {
  /** What it is now, with a tag that is another as soon as it is changed. */
  readonly read: () => Promise<{ readonly text: string; readonly tag: string | null }>;
  /** Saves it where it is still what the tag says; rejects with the code `request.stale` where it is not. */
  readonly save: (text: string, tag: string | null) => Promise<unknown>;
}

export interface Editing {
  /** `null` while nobody edits it here. */
  readonly draft: string | null;
  readonly setDraft: (text: string) => void;
  /** What somebody else has made of it meanwhile. */
  readonly theirs: string | null;
  readonly busy: boolean;
  readonly failure: unknown;
  readonly begin: () => Promise<void>;
  readonly save: () => Promise<void>;
  readonly end: () => void;
}

const isStale = (error: unknown): boolean => (error as { code?: unknown }).code === 'request.stale';

/** Edits a text. Where somebody else was quicker nothing is lost: both are shown, and saving again is deliberate. */
export const useEditing = ({ read, save }: Editable, onSaved?: () => void): Editing => {
  const [draft, setDraft] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<string | null>(null);
  const [tag, setTag] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const end = (): void => {
    setDraft(null);
    setTheirs(null);
    setFailure(null);
  };
  return {
    draft,
    setDraft,
    theirs,
    busy,
    failure,
    begin: () =>
      attempt(async () => {
        const now = await read();
        setTag(now.tag);
        setDraft(now.text);
      }),
    save: () =>
      attempt(async () => {
        if (draft === null) return;
        try {
          await save(draft, tag);
          end();
          onSaved?.();
        } catch (error) {
          if (!isStale(error)) throw error;
          const now = await read();
          setTag(now.tag);
          setTheirs(now.text);
        }
      }),
    end
  };
};

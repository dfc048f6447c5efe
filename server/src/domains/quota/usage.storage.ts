import type { quota as contract } from '@hopslab/schema';
import type { UsedUp } from './usage.month.js';

/** What a project's datasets hold. */
export interface Stored {
  readonly bytes: number;
  readonly files: number;
}

export const kindsOfStorage = ['bytes', 'files'] as const;
type Kind = (typeof kindsOfStorage)[number];

/** Beyond the limit by a tenth of it, or by this much, is far: nobody waits for the grace then. */
const far: Readonly<Record<Kind, number>> = { bytes: 2 ** 30, files: 100_000 };

const gib = (bytes: number): string => `${String(Math.round((bytes / 2 ** 30) * 100) / 100)} GiB`;
const words: Readonly<Record<Kind, (amount: number) => string>> = {
  bytes: gib,
  files: amount => `${amount.toLocaleString('en')} files`
};

/** A limit of storage that is passed. */
export interface Over extends UsedUp {
  readonly what: Kind;
  /** So far that what goes on writing only reads at once. */
  readonly isFar: boolean;
}

/** Which of its limits a project stores more than. */
export const overBy = (
  project: string,
  limits: Pick<contract.Limits, Kind>,
  stored: Stored | undefined
): Over[] =>
  kindsOfStorage.flatMap((what): Over[] => {
    const [limit, now] = [limits[what], stored?.[what] ?? 0];
    if (limit === null || now <= limit) return [];
    const said = words[what];
    return [
      {
        what,
        user: null,
        isFar: now > limit + Math.min(limit / 10, far[what]),
        words: `${project} stores ${said(now)} and may store ${said(limit)}. Nothing more is taken in; notebook servers that go on writing into its datasets only read them when the time is over, and at once far beyond the quota. Remove something; a data owner can ask the administrator for more.`
      }
    ];
  });

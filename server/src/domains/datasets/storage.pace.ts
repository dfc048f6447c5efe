/** How often datasets are counted. */
export interface Pace {
  /** Milliseconds between counts of what something can write now. */
  readonly busyMs: number;
  /** The same while its project stores more than it may. */
  readonly overMs: number;
  /** The same of what only the API changes, which says what it adds. */
  readonly quietMs: number;
  /** Milliseconds from which on a count is long: such ones wait for each other, and the quick ones for none of them. */
  readonly longMs: number;
}

export const usualPace: Pace = { busyMs: 15_000, overMs: 3_000, quietMs: 3_600_000, longMs: 2_000 };

/** What large trees cost: of the time between two counts at most a fifth is spent counting, of quiet ones a hundredth. */
const [rest, quietRest] = [5, 100];

export interface Countable {
  /** When its last count began, on a clock that nobody sets; undefined before the first one of this server. */
  readonly begun: number | undefined;
  /** Milliseconds that the last count took. */
  readonly tookMs: number;
  /** When something could write it last, on the same clock. */
  readonly writtenAt: number | undefined;
  /** Its project stores more than it may. */
  readonly over: boolean;
}

/** How long ago a count is due that has to be made now; negative where it is not due yet. */
export const overdueBy = ({ begun, tookMs, writtenAt, over }: Countable, now: number, pace: Pace): number => {
  if (begun === undefined) return writtenAt === undefined ? 0 : Infinity;
  const isBusy = writtenAt !== undefined && writtenAt >= begun;
  const wait = isBusy
    ? Math.max(over ? pace.overMs : pace.busyMs, rest * tookMs)
    : Math.max(pace.quietMs, quietRest * tookMs);
  return now - begun - wait;
};

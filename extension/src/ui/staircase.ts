/** A trial by two measures. */
export interface Spot {
  readonly number: number;
  readonly x: number;
  readonly y: number;
  readonly front: boolean;
}

export interface Measure {
  readonly metric: string;
  readonly direction: 'maximize' | 'minimize';
}

type Corner = readonly [x: number, y: number];

/**
 * The line along a front of two measures. Between two neighbours it goes over what each of them reaches by itself: the
 * worse one of both in either measure.
 */
export const staircase = (front: readonly Spot[], across: Measure, up: Measure): Corner[] => {
  const best = across.direction === 'maximize' ? -1 : 1;
  const worse = up.direction === 'maximize' ? Math.min : Math.max;
  const sorted = front.toSorted((a, b) => best * (a.x - b.x) || a.number - b.number);
  return sorted.flatMap(({ x, y }, index): Corner[] => {
    const next = sorted[index + 1];
    // On the way to one that is worse across there is nothing better up than this one yet.
    return next
      ? [
          [x, y],
          [next.x, worse(y, next.y)]
        ]
      : [[x, y]];
  });
};

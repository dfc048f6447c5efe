export interface Point {
  readonly number: number;
  readonly value: number;
}

/** For every trial by number, the best value of it and all before it. */
export const bestSoFar = (points: readonly Point[], direction: 'maximize' | 'minimize'): readonly Point[] => {
  const better = direction === 'maximize' ? Math.max : Math.min;
  let best: number | undefined;
  return points
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, value }) => {
      best = best === undefined ? value : better(best, value);
      return { number, value: best };
    });
};

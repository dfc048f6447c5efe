/** Where a line ends, in the units of its axes. */
export interface LineEnd {
  readonly x: number;
  readonly y: number;
}

/** Ends that are nearer than this part of an axis would have their labels on each other. */
const near = 0.06;

const span = (values: readonly number[]): number => Math.max(...values) - Math.min(...values) || 1;

/** Beside which of its place each end’s label stands: 0 at the end itself, 1 a label further, so that none hides another. */
export const labelPlaces = (ends: readonly LineEnd[], heights: readonly number[]): readonly number[] => {
  const [width, height] = [span([0, ...ends.map(({ x }) => x)]), span(heights)];
  const places: number[] = [];
  for (const [n, end] of ends.entries()) {
    const taken = new Set(
      places.filter((_, m) => {
        const other = ends[m];
        return (
          n !== m &&
          other !== undefined &&
          Math.abs(other.x - end.x) < near * width &&
          Math.abs(other.y - end.y) < near * height
        );
      })
    );
    let place = 0;
    while (taken.has(place)) place++;
    places.push(place);
  }
  return places;
};

type Rgb = readonly [number, number, number];

// From orange over grey to blue: told apart by those who see fewer colours too, on light and on dark.
const worst: Rgb = [217, 121, 32];
const middle: Rgb = [148, 148, 148];
const best: Rgb = [33, 122, 226];

const between = (from: Rgb, to: Rgb, part: number): string =>
  `rgb(${from.map((low, n) => Math.round(low + ((to[n] ?? low) - low) * part)).join(', ')})`;

/** The colour of a value by how good it is: 0 for the worst, 1 for the best. */
export const shade = (goodness: number): string =>
  goodness < 0.5 ? between(worst, middle, goodness * 2) : between(middle, best, goodness * 2 - 1);

/** The same as a strip, worst first. */
export const shadeStrip = `linear-gradient(to right, ${[0, 0.5, 1].map(shade).join(', ')})`;

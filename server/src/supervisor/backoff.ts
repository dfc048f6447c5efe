const firstMs = 250;
const longestMs = 5000;
const steadyMs = 5000;

/** How long to wait before a service is started again: not at all once it ran steadily, longer each time it did not. */
export const createBackoff = () => {
  let failures = 0;
  return {
    /** `ranMs`: how long it ran before it ended. */
    next(ranMs: number): number {
      failures = ranMs >= steadyMs ? 0 : failures + 1;
      return failures <= 1 ? 0 : Math.min(longestMs, firstMs * 2 ** (failures - 2));
    }
  };
};

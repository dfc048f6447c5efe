/**
 * Runs the work when asked; asked again meanwhile, once more afterwards. So the last asking is always followed by a
 * whole run, and never do two run at once.
 */
export const createRefresher = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | null = null;
  let again = false;

  const run = async (): Promise<void> => {
    do {
      again = false;
      await work();
      // `again` may have been set while the work went on.
    } while (again as boolean);
  };

  return () => {
    if (running) again = true;
    else
      running = run().finally(() => {
        running = null;
      });
    return running;
  };
};

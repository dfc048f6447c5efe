import DataLoader from 'dataloader';

/**
 * Looks rows up as each caller needs them, but with one query for all who ask in the same turn of the event loop: under
 * load that is one for dozens. Nothing is kept, so whoever asks sees what is there after they asked.
 *
 * `read` answers the rows of the keys that have one, in any order; `ofKey` and `ofRow` say the same of a key and its row.
 */
export const batched = <K, R>(
  read: (keys: readonly K[]) => Promise<readonly R[]>,
  ofKey: (key: K) => string,
  ofRow: (row: R) => string
): ((key: K) => Promise<R | undefined>) => {
  const loader = new DataLoader<K, R | undefined>(
    async asked => {
      const keys = [...new Map(asked.map(key => [ofKey(key), key])).values()];
      const rows = new Map((await read(keys)).map(row => [ofRow(row), row]));
      return asked.map(key => rows.get(ofKey(key)));
    },
    { cache: false, maxBatchSize: 200, batchScheduleFn: setImmediate }
  );
  return key => loader.load(key);
};

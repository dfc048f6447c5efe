/** How many bytes the paths of one list have at most, together. */
export const mostPathBytes = 2 ** 24;

const grown = (from: number, needed: number): number => Math.max(2 * from, needed);

/**
 * Paths, each with as many numbers as are said, outside of the heap: there a hundred thousand objects with long paths
 * leave no room for what everybody else does.
 */
export const createPathList = (width: number) => {
  let text = Buffer.alloc(2 ** 12);
  let numbers = new Float64Array(2 ** 8 * (width + 1));
  let [length, used] = [0, 0];

  /** Its numbers, of the list itself. */
  const numbersOf = (index: number): Float64Array =>
    numbers.subarray(index * (width + 1) + 1, (index + 1) * (width + 1));
  const endOf = (index: number): number => (index < 0 ? 0 : (numbers[index * (width + 1)] ?? 0));
  const pathOf = (index: number): string => text.toString('utf8', endOf(index - 1), endOf(index));

  return {
    get length() {
      return length;
    },
    /** Answers whether there was room for it. */
    add(path: string, ...its: readonly number[]): boolean {
      const end = used + Buffer.byteLength(path);
      if (end > mostPathBytes) return false;
      if (end > text.length) {
        const more = Buffer.alloc(Math.min(mostPathBytes, grown(text.length, end)));
        text.copy(more);
        text = more;
      }
      const at = length * (width + 1);
      if (at + width + 1 > numbers.length) {
        const more = new Float64Array(grown(numbers.length, at + width + 1));
        more.set(numbers);
        numbers = more;
      }
      text.write(path, used);
      numbers.set([end, ...its], at);
      used = end;
      length += 1;
      return true;
    },
    pathOf,
    numbersOf
  };
};
export type PathList = ReturnType<typeof createPathList>;

/** Each of a list, made anew as it is asked for. */
export const eachOf = <T>(
  list: PathList,
  make: (path: string, numbers: Float64Array) => T | undefined
): Iterable<T> => ({
  *[Symbol.iterator]() {
    for (let index = 0; index < list.length; index += 1) {
      const made = make(list.pathOf(index), list.numbersOf(index));
      if (made !== undefined) yield made;
    }
  }
});

import { expect, it, vi } from 'vitest';
import { batched } from './batched.js';

interface Row {
  readonly id: string;
  readonly at: number;
}

const asRows = (keys: readonly string[]): Promise<Row[]> =>
  Promise.resolve(keys.filter(key => key !== 'none').map((id, at) => ({ id, at })));
const made = (read: typeof asRows) =>
  batched(
    read,
    key => key,
    row => row.id
  );

it('reads once for all who ask in one turn, and each key once', async () => {
  const read = vi.fn(asRows);
  const find = made(read);
  const found = await Promise.all(['a', 'b', 'none', 'a'].map(find));
  expect(found.map(row => row?.id)).toEqual(['a', 'b', undefined, 'a']);
  expect(read.mock.calls).toEqual([[['a', 'b', 'none']]]);
});

it('keeps nothing: who asks later is answered by another look', async () => {
  const read = vi.fn(asRows);
  const find = made(read);
  await find('a');
  await find('a');
  expect(read).toHaveBeenCalledTimes(2);
});

it('tells everybody of a fault, and goes on', async () => {
  const read = vi.fn(asRows).mockRejectedValueOnce(new Error('away'));
  const find = made(read);
  const both = await Promise.allSettled([find('a'), find('b')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await find('a'))?.id).toBe('a');
});

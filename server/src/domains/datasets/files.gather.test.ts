import { expect, it } from 'vitest';
import type { FileEntry, FoundFile } from '../../ports/file-entry.js';
import { gather } from './files.gather.js';

const folder: FileEntry = {
  ...{ name: 'f', kind: 'folder', size: 0, bytes: 0 },
  ...{ modifiedAt: new Date(), tag: '' }
};
const place = { project: 'atlas', dataset: 'genes' };
/** A folder of as many files as are asked for; tells how many were. */
const storeOf = (count: number, pathOf: (index: number) => string) => {
  const asked = { files: 0, ended: false };
  const walk = async function* (): AsyncGenerator<FoundFile> {
    try {
      for (; asked.files < count; asked.files += 1)
        yield await Promise.resolve({ kind: 'file', bytes: 1, size: asked.files, path: pathOf(asked.files) });
    } finally {
      asked.ended = true;
    }
  };
  return { asked, files: { walk, entry: () => Promise.resolve(folder) } };
};

it('keeps what it lists to be taken more than once, in its order', async () => {
  const { files } = storeOf(3000, index => `ä/${String(index)}`);
  const gathered = await gather(files, place, ['a/f']);
  expect(gathered).toMatchObject({ bytes: (2999 * 3000) / 2, files: 3000, others: 0 });
  expect(gathered.items).toHaveLength(3001);
  for (const _time of [1, 2]) {
    const items = [...gathered.items];
    expect(items).toHaveLength(3001);
    expect(items[0]).toEqual({ path: 'a/f', name: 'f', kind: 'folder', size: 0 });
    expect(items.at(-1)).toEqual({ path: 'a/f/ä/2999', name: 'f/ä/2999', kind: 'file', size: 2999 });
  }
});

it('keeps no more of them in mind than there is room for, in number and in length', async () => {
  const many = storeOf(200_000, String);
  await expect(gather(many.files, place, ['f'])).rejects.toMatchObject({
    code: 'operation.too-much',
    detail: expect.stringMatching(/100,000 files/) as string
  });
  expect(many.asked).toEqual({ files: 99_999, ended: true });
  const long = storeOf(99_000, index => 'x'.repeat(3800) + String(index));
  await expect(gather(long.files, place, ['f'])).rejects.toMatchObject({
    code: 'operation.too-much',
    detail: expect.stringMatching(/over 16 MiB long; take some of them at a time/) as string
  });
  expect(long.asked.files).toBeLessThan(2 ** 24 / 3800);
  expect(long.asked.ended).toBe(true);
});

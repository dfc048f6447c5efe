import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileStoreUnderTest } from './file-store.contract.js';
import type { DatasetRef, FileStore } from './file-store.js';

const here: DatasetRef = { project: 'atlas', dataset: 'Jupyter' };
const there: DatasetRef = { project: 'atlas', dataset: 'Models' };
const [one, other] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

/** What every store of files keeps to where something is deleted and brought back, or is made unseen. */
export const fileTrashContract = (name: string, create: () => Promise<FileStoreUnderTest>): void => {
  describe(`${name} keeps the contract of the trash and of what is staged`, () => {
    let under: FileStoreUnderTest;
    let store: FileStore;

    beforeEach(async () => {
      under = await create();
      store = under.store;
    });
    afterEach(() => under.close());

    const source = (content: string) => Readable.from([Buffer.from(content)]);
    const put = async (path: string, content = path) =>
      (await store.receive(here, path, source(content), 1000)).place();
    const get = async (path: string, dataset = here) => {
      const file = await store.open(dataset, path);
      return text(file.read({ start: 0, end: file.entry.size - 1 }));
    };
    const names = async (path: string, dataset = here) =>
      (await store.list(dataset, path, { limit: 100 })).entries.map(entry => entry.name);
    const kept = async (id: string) => {
      const found = [];
      for await (const { kind, path } of store.trash.walk('atlas', id)) found.push(`${kind} ${path}`);
      return found.sort();
    };

    it('takes a file or a folder out of its dataset, and brings it back with all that it holds', async () => {
      await put('f/a/x', '123');
      await put('f/y');
      await store.trash.take(here, 'f', one);
      expect(await names('')).toEqual([]);
      expect(await store.trash.entry('atlas', one)).toMatchObject({ kind: 'folder' });
      expect(await kept(one)).toEqual(['file a/x', 'file y', 'folder a']);
      await put('z');
      await store.trash.take(here, 'z', other);
      expect(await store.trash.entry('atlas', other)).toMatchObject({ kind: 'file', size: 1 });
      expect(await kept(other)).toEqual([]);
      await store.trash.restore('atlas', other, here, 'z');
      await store.trash.restore('atlas', one, there, 'new/above/f');
      expect(await names('new/above/f', there)).toEqual(['a', 'y']);
      expect(await get('new/above/f/a/x', there)).toBe('123');
      expect(await get('z')).toBe('z');
      expect(await store.trash.entry('atlas', one)).toBeUndefined();
    });

    it('replaces nothing when it brings back, and keeps what it could not', async () => {
      await put('x', 'old');
      await store.trash.take(here, 'x', one);
      await put('x', 'new');
      await expect(store.trash.restore('atlas', one, here, 'x')).rejects.toMatchObject({
        code: 'file.exists'
      });
      await expect(store.trash.restore('atlas', one, here, 'x/y')).rejects.toMatchObject({
        code: 'file.path'
      });
      await expect(store.trash.restore('atlas', one, here, '../y')).rejects.toMatchObject({
        code: 'file.path'
      });
      expect(await get('x')).toBe('new');
      await store.trash.restore('atlas', one, here, 'x 2');
      expect(await get('x 2')).toBe('old');
      await expect(store.trash.restore('atlas', one, here, 'x 3')).rejects.toMatchObject({
        code: 'file.unknown'
      });
    });

    it('removes for good, once or twice, and knows nothing of what is not there', async () => {
      await put('f/x');
      await store.trash.take(here, 'f', one);
      await store.trash.discard('atlas', one);
      await store.trash.discard('atlas', one);
      expect(await store.trash.entry('atlas', one)).toBeUndefined();
      expect(await kept(one)).toEqual([]);
      await expect(store.trash.take(here, 'f', other)).rejects.toMatchObject({ code: 'file.unknown' });
      expect(await store.trash.entry('other', one)).toBeUndefined();
    });

    it('makes a folder unseen, and puts it in its place whole where nothing is', async () => {
      const staged = await store.stage();
      await staged.folder('');
      await staged.folder('a');
      expect(await staged.file('a/x', source('12345'), 10)).toBe(5);
      await staged.file('ä', source(''), 10);
      await expect(staged.file('a/y', source('12345'), 3)).rejects.toMatchObject({
        code: 'request.too-large'
      });
      await expect(staged.file('../y', source('1'), 3)).rejects.toMatchObject({ code: 'file.path' });
      await expect(staged.folder('/a')).rejects.toMatchObject({ code: 'file.path' });
      expect(await names('')).toEqual([]);
      await put('taken');
      await expect(staged.place(here, 'taken')).rejects.toMatchObject({ code: 'file.exists' });
      expect(await staged.place(here, 'up/made')).toMatchObject({ name: 'made', kind: 'folder' });
      await staged.discard();
      expect(await get('up/made/a/x')).toBe('12345');
      expect(await names('up/made')).toEqual(['a', 'ä']);
    });

    it('makes a file unseen, copied from a dataset where blocks can be shared, and leaves nothing of what it discards', async () => {
      await put('x', '12345');
      const staged = await store.stage();
      if (!(await staged.clone('', here, 'x'))) await staged.file('', source('12345'), 10);
      await staged.place(there, 'copy');
      expect(await get('copy', there)).toBe('12345');
      const dropped = await store.stage();
      await dropped.file('', source('12345'), 10);
      await dropped.discard();
      await dropped.discard();
      await expect(dropped.place(there, 'dropped')).rejects.toMatchObject({ code: 'file.unknown' });
    });
  });
};

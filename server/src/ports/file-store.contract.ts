import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetRef, FileStore } from './file-store.js';

export interface FileStoreUnderTest {
  readonly store: FileStore;
  /** How many uploads are kept that have not found their place. */
  readonly unplaced: () => Promise<number>;
  readonly close: () => Promise<void>;
}

const here: DatasetRef = { project: 'atlas', dataset: 'Jupyter' };
const limit = 1000;

/** What every store of files keeps to. */
export const fileStoreContract = (name: string, create: () => Promise<FileStoreUnderTest>): void => {
  describe(`${name} keeps the file store's contract`, () => {
    let under: FileStoreUnderTest;
    let store: FileStore;

    beforeEach(async () => {
      under = await create();
      store = under.store;
    });
    afterEach(() => under.close());

    const put = async (path: string, content: string, dataset = here) =>
      (await store.receive(dataset, path, Readable.from([Buffer.from(content)]), limit)).place();
    const get = async (path: string, dataset = here) => {
      const file = await store.open(dataset, path);
      return (await buffer(file.read({ start: 0, end: file.entry.size - 1 }))).toString();
    };

    const listed = async (path: string, dataset = here) =>
      (await store.list(dataset, path, { limit: 100 })).entries;

    it('gives back what was put, folders on the way made', async () => {
      expect(await put('a/b c/ä.py', 'print(1)')).toMatchObject({ name: 'ä.py', kind: 'file', size: 8 });
      expect(await get('a/b c/ä.py')).toBe('print(1)');
      expect(await listed('a')).toMatchObject([{ name: 'b c', kind: 'folder', size: 0 }]);
      expect((await listed('')).map(entry => entry.name)).toEqual(['a']);
    });

    it('keeps datasets apart', async () => {
      await put('x', 'mine');
      const other = { project: 'other', dataset: 'Jupyter' };
      expect(await listed('', other)).toEqual([]);
      await expect(get('x', other)).rejects.toMatchObject({ code: 'file.unknown' });
    });

    it('keeps an empty file', async () => {
      await put('empty', '');
      expect(await get('empty')).toBe('');
    });

    it('reads a part', async () => {
      await put('x', '0123456789');
      const file = await store.open(here, 'x');
      expect((await buffer(file.read({ start: 3, end: 5 }))).toString()).toBe('345');
    });

    it('replaces a file at once: who reads goes on reading the old one, under another tag', async () => {
      await put('x', 'old');
      const old = await store.open(here, 'x');
      await put('x', 'new!');
      const fresh = await store.open(here, 'x');
      expect((await buffer(old.read({ start: 0, end: 2 }))).toString()).toBe('old');
      expect(fresh.entry.tag).not.toBe(old.entry.tag);
      await fresh.close();
    });

    it('shows nothing of an upload before it is placed, nor after it is discarded', async () => {
      const received = await store.receive(here, 'a/x', Readable.from([Buffer.from('1')]), limit);
      expect(await listed('')).toEqual([]);
      await received.discard();
      expect(await listed('')).toEqual([]);
      expect(await under.unplaced()).toBe(0);
    });

    it('refuses what is larger than the limit, and keeps nothing of it', async () => {
      await expect(put('x', '1'.repeat(limit + 1))).rejects.toMatchObject({ code: 'request.too-large' });
      expect((await put('exact', '1'.repeat(limit))).size).toBe(limit);
      expect(await store.exists(here, 'x')).toBe(false);
      expect(await under.unplaced()).toBe(0);
    });

    it('keeps nothing of a source that fails', async () => {
      const broken = Readable.from(
        (async function* () {
          yield Buffer.from('part');
          throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
        })()
      );
      await expect(store.receive(here, 'x', broken, limit)).rejects.toMatchObject({
        code: 'request.invalid'
      });
      expect(await store.exists(here, 'x')).toBe(false);
      expect(await under.unplaced()).toBe(0);
    });

    it('sweeps what was never placed', async () => {
      await store.receive(here, 'x', Readable.from([Buffer.from('1')]), limit);
      await store.sweep();
      expect(await under.unplaced()).toBe(0);
    });

    it('deletes a file, once', async () => {
      await put('a/x', '1');
      await store.remove(here, 'a/x');
      await expect(store.remove(here, 'a/x')).rejects.toMatchObject({ code: 'file.unknown' });
    });

    it('takes a folder for no file', async () => {
      await put('a/x', '1');
      await expect(store.open(here, 'a')).rejects.toMatchObject({ code: 'file.not-a-file' });
      await expect(put('a', '1')).rejects.toMatchObject({ code: 'file.not-a-file' });
      await expect(put('a/x/y', '1')).rejects.toMatchObject({ code: 'file.path' });
      expect(await under.unplaced()).toBe(0);
    });

    it.each([
      '',
      '/',
      '/etc/passwd',
      'a/',
      'a//b',
      '.',
      '..',
      '../x',
      'a/../../x',
      'a/./b',
      'a\0b',
      'ä'.repeat(128),
      'a/'.repeat(101) + 'b',
      '\ud800'
    ])('allows no path like %j', async path => {
      for (const attempt of [
        () => store.open(here, path),
        () => put(path, '1'),
        () => store.remove(here, path),
        () => store.exists(here, path)
      ])
        await expect(attempt()).rejects.toMatchObject({ code: 'file.path' });
      if (path !== '') await expect(listed(path)).rejects.toMatchObject({ code: 'file.path' });
    });

    it.each(['new\nline', 'tab\t', 'del\x7f'])('makes no new file called %j', async path => {
      await expect(put(path, '1')).rejects.toMatchObject({ code: 'file.path' });
    });

    it.each(['%2e%2e', '..%2fx', 'a\\..\\b', '...', '~', '-rf', ' ', 'x'.repeat(255)])(
      'takes %j for the plain name it is',
      async path => {
        await put(path, 'plain');
        expect(await get(path)).toBe('plain');
        expect((await listed('')).map(entry => entry.name)).toEqual([path]);
      }
    );
  });
};

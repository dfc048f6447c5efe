import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileStoreUnderTest } from './file-store.contract.js';
import type { DatasetRef, FileStore } from './file-store.js';

const here: DatasetRef = { project: 'atlas', dataset: 'Jupyter' };
const there: DatasetRef = { project: 'atlas', dataset: 'Models' };
const oddNames = ['x'.repeat(255), '\u00e9', 'e\u0301', 'ﬁ', 'fi', '\u202etxt.exe', '…', '-rf'];

/** What every store of files keeps to where things are listed, moved and deleted. */
export const fileStoreChangesContract = (name: string, create: () => Promise<FileStoreUnderTest>): void => {
  describe(`${name} keeps the contract of changes`, () => {
    let under: FileStoreUnderTest;
    let store: FileStore;

    beforeEach(async () => {
      under = await create();
      store = under.store;
    });
    afterEach(() => under.close());

    const received = (path: string, content = path) =>
      store.receive(here, path, Readable.from([Buffer.from(content)]), 1000);
    const put = async (path: string, content = path) => (await received(path, content)).place();
    const names = async (path: string, dataset = here) =>
      (await store.list(dataset, path, { limit: 100 })).entries.map(entry => entry.name);
    const below = async (path: string, dataset = here) => {
      const found = [];
      for await (const one of store.walk(dataset, path)) found.push(`${one.kind} ${one.path}`);
      return found.sort();
    };
    const remove = async (path: string, recursive?: boolean) => {
      const removed = await store.remove(here, path, recursive);
      await removed.discard();
      return { bytes: removed.bytes, files: removed.files };
    };
    const outcome = (what: Promise<unknown>): Promise<string> =>
      what.then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code
      );

    it('lists page after page, each name once, whatever is in it', async () => {
      const all = ['A', 'a', 'b', 'x'.repeat(255), 'ä'.repeat(127), '～', '𝒳', ' '];
      for (const path of all) await put(`f/${path}`);
      const seen: string[] = [];
      for (let after: string | undefined, pages = 0; pages < 9; pages++) {
        const { entries, next } = await store.list(here, 'f', { limit: 3, after });
        seen.push(...entries.map(entry => entry.name));
        if (next === null) break;
        expect(next).toMatch(/^[\w-]{1,500}$/);
        after = next;
      }
      expect(seen).toEqual([...all].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      const found = async (q: string) =>
        (await store.list(here, 'f', { limit: 100, q })).entries.map(entry => entry.name);
      expect(await found('A')).toEqual(['A', 'a']);
      expect(await found('A\u0308')).toEqual(['ä'.repeat(127)]);
      expect(await found('nothing')).toEqual([]);
    });

    it('tells what is at a path, and all that is below it', async () => {
      await put('a/b/x', '12345');
      await put('a/y z');
      expect(await store.entry(here, 'a/b/x')).toMatchObject({ name: 'x', kind: 'file', size: 5, bytes: 5 });
      expect(await store.entry(here, 'a')).toMatchObject({ name: 'a', kind: 'folder', size: 0, tag: '' });
      expect(await store.entry(here, '')).toMatchObject({ name: 'Jupyter', kind: 'folder' });
      await expect(store.entry(here, 'a/nothing')).rejects.toMatchObject({ code: 'file.unknown' });
      expect(await below('')).toEqual(['file a/b/x', 'file a/y z', 'folder a', 'folder a/b']);
      expect(await outcome(below('nothing'))).toBe('file.unknown');
    });

    it('makes folders, those above too, and says whether it did', async () => {
      expect(await store.makeFolder(here, 'a/b')).toMatchObject({ made: true, entry: { name: 'b' } });
      expect(await store.makeFolder(here, 'a/b')).toMatchObject({ made: false, entry: { kind: 'folder' } });
      await put('x');
      expect(await outcome(store.makeFolder(here, 'x'))).toBe('file.exists');
      expect(await outcome(store.makeFolder(here, 'x/y'))).toBe('file.path');
      for (const path of ['..', 'a/../b', '/a', 'new\nline', ''])
        expect(await outcome(store.makeFolder(here, path))).toBe('file.path');
    });

    it('places nothing over what is there where it must be new, and has one winner of many', async () => {
      const all = await Promise.all(Array.from({ length: 8 }, (_, i) => received('x', String(i))));
      const placed = await Promise.all(all.map(one => outcome(one.place({ onlyNew: true }))));
      for (const one of all) await one.discard();
      expect(placed.sort()).toEqual(['done', ...Array.from({ length: 7 }, () => 'file.exists')]);
      expect(await under.unplaced()).toBe(0);
      const entry = await store.entry(here, 'x');
      const replaced: unknown[] = [];
      const next = await received('x', 'next');
      await next.place({ admit: async seen => void replaced.push(seen) });
      expect(replaced).toMatchObject([{ bytes: 1, tag: entry.tag }]);
    });

    it('moves files and folders, across datasets too', async () => {
      await put('a/x', '1');
      await store.ensure(there);
      expect(await store.move(here, 'a/x', here, 'a/y')).toMatchObject({ name: 'y', size: 1 });
      expect(await store.move(here, 'a', there, 'b')).toMatchObject({ name: 'b', kind: 'folder' });
      expect(await names('')).toEqual([]);
      expect(await below('', there)).toEqual(['file b/y', 'folder b']);
    });

    it('moves over nothing, into nothing that is not there, and no folder into itself', async () => {
      for (const path of ['x', 'y', 'a/b/z', 'c/z']) await put(path);
      await store.makeFolder(here, 'empty');
      for (const [from, to, code] of [
        ['x', 'y', 'file.exists'],
        ['x', 'a', 'file.exists'],
        ['x', 'empty', 'file.exists'],
        ['a', 'x', 'file.exists'],
        ['a', 'c', 'file.exists'],
        ['a', 'empty', 'file.exists'],
        ['a', 'a', 'file.exists'],
        ['a/b', 'a', 'file.exists'],
        ['a', 'a/d', 'file.path'],
        ['a', 'a/b/d', 'file.path'],
        ['x', 'y/z', 'file.path'],
        ['x', 'nowhere/z', 'file.unknown'],
        ['nothing', 'z', 'file.unknown'],
        ['x', '../z', 'file.path'],
        ['../x', 'z', 'file.path'],
        ['x', '', 'file.path'],
        ['x', 'del\x7f', 'file.path']
      ] as const)
        expect([from, to, await outcome(store.move(here, from, here, to))]).toEqual([from, to, code]);
      expect(await below('')).toEqual(
        [
          'file x',
          'file y',
          'file a/b/z',
          'file c/z',
          'folder a',
          'folder a/b',
          'folder c',
          'folder empty'
        ].sort()
      );
    });

    it('has one winner of many moves to one name, and of many moves of one file', async () => {
      for (let i = 0; i < 8; i++) await put(`${String(i)}${i % 2 ? '/x' : ''}`);
      const onto = Array.from({ length: 8 }, (_, i) => outcome(store.move(here, String(i), here, 'one')));
      expect((await Promise.all(onto)).filter(code => code === 'done')).toHaveLength(1);
      expect(await names('')).toHaveLength(8);
      await put('from/x');
      const away = Array.from({ length: 8 }, (_, i) =>
        outcome(store.move(here, 'from/x', here, `from/${String(i)}`))
      );
      expect((await Promise.all(away)).filter(code => code === 'done')).toHaveLength(1);
      expect(await names('from')).toHaveLength(1);
    });

    it('deletes a folder only when told that it is full, and says what went', async () => {
      await put('a/x', '123');
      await put('a/b/c/y', '4');
      await store.makeFolder(here, 'empty');
      expect(await remove('empty')).toEqual({ bytes: 0, files: 0 });
      expect(await outcome(remove('a'))).toBe('file.folder-not-empty');
      expect(await below('a')).toHaveLength(4);
      expect(await remove('a', true)).toEqual({ bytes: 4, files: 2 });
      expect(await names('')).toEqual([]);
      expect(await outcome(remove('a', true))).toBe('file.unknown');
      for (const path of ['', '..', 'a/..', '/']) expect(await outcome(remove(path, true))).toBe('file.path');
    });

    it('deletes however deep it is', async () => {
      const depth = Array.from({ length: 99 }, () => 'd');
      for (let round = 0; round < 3; round++) {
        await put([...depth, 'x'].join('/'), '1');
        await store.makeFolder(here, 'deeper');
        if (round > 0) await store.move(here, 'old', here, [...depth.slice(0, 98), 'old'].join('/'));
        await store.move(here, 'd', here, 'old');
      }
      expect(await remove('old', true)).toEqual({ bytes: 3, files: 3 });
      expect(await names('')).toEqual(['deeper']);
    });

    it('brings back what was taken away, unless its name is taken', async () => {
      await put('a/x', '1');
      await store.makeFolder(here, 'empty');
      for (const path of ['a/x', 'a', 'empty']) {
        const removed = await store.remove(here, path, path === 'a');
        expect(await outcome(store.entry(here, path))).toBe('file.unknown');
        await removed.putBack();
      }
      expect(await below('')).toEqual(['file a/x', 'folder a', 'folder empty']);
      const removed = await store.remove(here, 'a/x');
      await put('a/x', 'new');
      expect(await outcome(removed.putBack())).toBe('file.exists');
      expect(await store.entry(here, 'a/x')).toMatchObject({ size: 3 });
    });

    it.each(oddNames)('takes %j for the name it is', async name => {
      await put('x', '1');
      await store.move(here, 'x', here, name);
      await store.makeFolder(here, 'a');
      await store.move(here, name, here, `a/${name}`);
      expect(await below('')).toEqual([`file a/${name}`, 'folder a']);
      expect(await names('a')).toEqual([name]);
      expect(await remove(`a/${name}`)).toEqual({ bytes: 1, files: 1 });
    });

    it('takes names that look alike for different ones', async () => {
      for (const path of ['\u00e9', 'e\u0301', 'ﬁ', 'fi', 'Ａ', 'A', 'А']) await put(path, '1');
      expect(await names('')).toHaveLength(7);
      expect(await outcome(store.move(here, '\u00e9', here, 'e\u0301'))).toBe('file.exists');
      await remove('А');
      expect(await names('')).toContain('A');
    });
  });
};

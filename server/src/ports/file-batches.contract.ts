import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchPlace } from './file-batches.js';
import type { FileStoreUnderTest } from './file-store.contract.js';
import type { FileStore } from './file-store.js';

const here = { project: 'atlas', dataset: 'Jupyter' };

/** What every store of files keeps to where many files arrive together. */
export const fileBatchesContract = (name: string, create: () => Promise<FileStoreUnderTest>): void => {
  describe(`${name} keeps the contract of batches`, () => {
    let under: FileStoreUnderTest;
    let store: FileStore;

    beforeEach(async () => {
      under = await create();
      store = under.store;
      await store.ensure(here);
    });
    afterEach(() => under.close());

    const source = (content: string) => Readable.from([Buffer.from(content)]);
    const put = async (path: string, content = path) =>
      (await store.receive(here, path, source(content), 1000)).place();
    const get = async (path: string) => {
      const file = await store.open(here, path);
      return text(file.read({ start: 0, end: file.entry.size - 1 }));
    };
    const all = async () => {
      const found = [];
      for await (const { kind, path } of store.walk(here, ''))
        found.push(kind === 'file' ? `${path}: ${await get(path)}` : `${path}/`);
      return found.sort();
    };
    const taken = async (folder: string, paths: readonly string[], id = 'one') => {
      const batch = await store.batches.begin(id, { dataset: here, folder });
      const [folders, files] = [
        paths.filter(path => path.endsWith('/')).map(path => path.slice(0, -1)),
        paths.filter(path => !path.endsWith('/'))
      ];
      await batch.takeIn({ folders, files: files.map(path => ({ path, content: [Buffer.from(path)] })) });
      await batch.settle();
      return batch;
    };

    it('shows nothing until it is placed, then all of it', async () => {
      const batch = await taken('f/g', ['a/b/x', 'a/y', 'empty/', 'z']);
      expect(await all()).toEqual([]);
      await batch.place();
      await batch.discard();
      expect(await all()).toEqual([
        ...['f/', 'f/g/', 'f/g/a/', 'f/g/a/b/', 'f/g/a/b/x: a/b/x', 'f/g/a/y: a/y'],
        ...['f/g/empty/', 'f/g/z: z']
      ]);
    });

    it('merges into folders that are there, and answers what it took in', async () => {
      await put('f/a/old');
      await store.makeFolder(here, 'f/there');
      const batch = await taken('', ['f/a/new', 'f/there/', 'f/b/x']);
      expect(await batch.file('f/a/more', source('12345'))).toBe(5);
      const content = [Buffer.from('1'), Buffer.from('2')];
      const none = { path: 'f/c/none', content: [] };
      await batch.takeIn({ folders: [], files: [{ path: 'f/c/small', content }, none] });
      await batch.place();
      await batch.discard();
      expect(await all()).toEqual([
        ...['f/', 'f/a/', 'f/a/more: 12345', 'f/a/new: f/a/new', 'f/a/old: f/a/old', 'f/b/'],
        ...['f/b/x: f/b/x', 'f/c/', 'f/c/none: ', 'f/c/small: 12', 'f/there/']
      ]);
    });

    it('replaces nothing, names what is in the way, and changes nothing then', async () => {
      await put('f/a/x', 'old');
      await put('f/file', 'old');
      const before = await all();
      for (const [paths, inTheWay] of [
        [['a/new', 'a/x', 'b'], 'f/a/x'],
        [['b', 'file/x'], 'f/file'],
        [['b', 'a'], 'f/a']
      ] as const) {
        const batch = await taken('f', paths);
        await expect(batch.place()).rejects.toMatchObject({
          code: 'file.exists',
          detail: expect.stringContaining(JSON.stringify(inTheWay)) as string
        });
        await batch.takeBack();
        await batch.discard();
        expect(await all()).toEqual(before);
      }
      await expect(store.batches.begin('one', { dataset: here, folder: 'f/file' })).rejects.toMatchObject({
        code: 'file.path'
      });
    });

    it('is taken back, but for what others have put there since', async () => {
      await put('f/old');
      const batch = await taken('f', ['new', 'gone', 'replaced', 'g/x', 'h/x']);
      await batch.place();
      for (const path of ['f/gone', 'f/replaced', 'f/h'])
        await (await store.remove(here, path, true)).discard();
      await put('f/replaced', 'theirs');
      await batch.takeBack();
      await batch.discard();
      expect(await all()).toEqual(['f/', 'f/old: f/old', 'f/replaced: theirs']);
    });

    it('is taken back where a server died, unless it was accepted', async () => {
      await put('f/old');
      await taken('f', ['unseen']);
      await (await taken('f', ['a', 'g/x'], 'refused')).place();
      await (await taken('f', ['b', 'h/x'], 'accepted')).place();
      const asked: [string, BatchPlace][] = [];
      const recover = () =>
        store.batches.recover((id, into) => {
          asked.push([id, into]);
          return Promise.resolve(id === 'accepted');
        });
      await recover();
      expect(await all()).toEqual(['f/', 'f/b: b', 'f/h/', 'f/h/x: h/x', 'f/old: f/old']);
      expect(asked.sort()).toEqual([
        ['accepted', { dataset: here, folder: 'f' }],
        ['refused', { dataset: here, folder: 'f' }]
      ]);
      await recover();
      expect(asked).toHaveLength(2);
    });

    it.each([
      '..',
      'a/../../x',
      '/a',
      'a//b',
      '.',
      'new\nline',
      'ä'.repeat(128),
      'a\0b',
      'a/'.repeat(100) + 'b'
    ])('takes in no file and no folder called %j', async path => {
      const batch = await taken('f', ['x']);
      await expect(batch.file(path, source('1'))).rejects.toMatchObject({ code: 'file.path' });
      for (const some of [
        { folders: [path], files: [] },
        { folders: [], files: [{ path, content: [] }] }
      ])
        await expect(batch.takeIn(some)).rejects.toMatchObject({ code: 'file.path' });
      await expect(store.batches.begin('one', { dataset: here, folder: path })).rejects.toMatchObject({
        code: 'file.path'
      });
      await batch.discard();
      expect(await all()).toEqual([]);
    });

    it('keeps nothing of a file whose source fails', async () => {
      const batch = await taken('f', []);
      const broken = Readable.from(
        (async function* () {
          yield await Promise.resolve(Buffer.from('1'));
          throw new Error('broken off');
        })()
      );
      await expect(batch.file('x', broken)).rejects.toThrow('broken off');
      await batch.discard();
      expect(await all()).toEqual([]);
    });
  });
};

import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileBatchesContract } from '../../ports/file-batches.contract.js';
import { fileStoreContract } from '../../ports/file-store.contract.js';
import { fileStoreChangesContract } from '../../ports/file-store.changes.contract.js';
import { fileTrashContract } from '../../ports/file-trash.contract.js';
import type { FileStore } from '../../ports/file-store.js';
import { exchanging } from './local.filestore.fixture.js';
import { createLocalFileStore } from './local.filestore.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'hopslab-files-'));
const dataset = { project: 'atlas', dataset: 'data' };

const underTest = async () => {
  const root = temporary();
  return {
    store: createLocalFileStore({ root }),
    unplaced: async () =>
      existsSync(join(root, '.incoming')) ? readdirSync(join(root, '.incoming')).length : 0,
    close: async () => rmSync(root, { recursive: true })
  };
};
fileStoreContract('the local file store', underTest);
fileStoreChangesContract('the local file store', underTest);
fileTrashContract('the local file store', underTest);
fileBatchesContract('the local file store', underTest);

describe('the local file store against whoever can write in a dataset', () => {
  let root: string;
  let outside: string;
  let inside: string;
  let store: FileStore;

  beforeEach(async () => {
    root = temporary();
    outside = temporary();
    writeFileSync(join(outside, 'canary'), 'secret');
    store = createLocalFileStore({ root });
    await store.ensure(dataset);
    inside = store.folderOf(dataset);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
    rmSync(outside, { recursive: true });
  });

  const put = async (path: string) =>
    (await store.receive(dataset, path, Readable.from([Buffer.from('upload')]), 100)).place();
  const listed = async (path: string) => (await store.list(dataset, path, { limit: 100 })).entries;
  const get = async (path: string) => {
    const file = await store.open(dataset, path);
    return text(file.read({ start: 0, end: file.entry.size - 1 }));
  };

  it('follows no link to a file', async () => {
    symlinkSync(join(outside, 'canary'), join(inside, 'link'));
    await expect(get('link')).rejects.toMatchObject({ code: 'file.not-a-file' });
    await expect(put('link')).rejects.toMatchObject({ code: 'file.not-a-file' });
    await expect(store.remove(dataset, 'link')).rejects.toMatchObject({ code: 'file.not-a-file' });
    expect(await listed('')).toMatchObject([{ name: 'link', kind: 'other', size: 0 }]);
    expect(readFileSync(join(outside, 'canary'), 'utf8')).toBe('secret');
  });

  it('follows no link to a folder, also not to one inside', async () => {
    mkdirSync(join(inside, 'real'));
    symlinkSync(outside, join(inside, 'out'));
    symlinkSync('real', join(inside, 'in'));
    for (const path of ['out', 'in']) {
      await expect(listed(path)).rejects.toMatchObject({ code: 'file.path' });
      await expect(get(`${path}/canary`)).rejects.toMatchObject({ code: 'file.path' });
      await expect(put(`${path}/new`)).rejects.toMatchObject({ code: 'file.path' });
      await expect(put(`${path}/deep/new`)).rejects.toMatchObject({ code: 'file.path' });
      await expect(store.remove(dataset, `${path}/canary`)).rejects.toMatchObject({ code: 'file.path' });
    }
    expect(readdirSync(outside)).toEqual(['canary']);
  });

  it('follows no link where a batch is merged', async () => {
    mkdirSync(join(inside, 'f'));
    symlinkSync(outside, join(inside, 'f', 'out'));
    symlinkSync(outside, join(inside, 'link'));
    const batch = await store.batches.begin('one', { dataset, folder: 'f' });
    await batch.file('a', Readable.from([Buffer.from('a')]));
    await batch.file('out/x', Readable.from([Buffer.from('x')]));
    await expect(batch.place()).rejects.toMatchObject({ code: 'file.exists' });
    await batch.discard();
    await expect(store.batches.begin('one', { dataset, folder: 'link/x' })).rejects.toMatchObject({
      code: 'file.path'
    });
    expect(readdirSync(outside)).toEqual(['canary']);
    expect(readdirSync(join(inside, 'f'))).toEqual(['out']);
  });

  it('never waits for a FIFO nor opens a device or socket', async () => {
    execFileSync('mkfifo', [join(inside, 'fifo')]);
    await expect(get('fifo')).rejects.toMatchObject({ code: 'file.not-a-file' });
    await expect(put('fifo')).rejects.toMatchObject({ code: 'file.not-a-file' });
    await expect(put('fifo/x')).rejects.toMatchObject({ code: 'file.path' });
    expect(await listed('')).toMatchObject([{ name: 'fifo', kind: 'other' }]);
  });

  it('shows files whose names programs made odd, and reads those that have a name in Unicode', async () => {
    writeFileSync(join(inside, 'new\nline'), 'odd');
    writeFileSync(Buffer.concat([Buffer.from(`${inside}/`), Buffer.from([0xff])]), 'latin');
    expect(await listed('')).toMatchObject([
      { name: 'new\nline', kind: 'file' },
      { name: '\ufffd', kind: 'other' }
    ]);
    expect(await get('new\nline')).toBe('odd');
  });

  it('is not led out while a folder is exchanged for a link again and again', async () => {
    writeFileSync(join(outside, 'x'), 'secret');
    mkdirSync(join(inside, 'a'));
    writeFileSync(join(inside, 'a', 'x'), 'mine');
    const stop = await exchanging(inside, 'a', outside);
    const outcomes = new Set<string>();
    const attempt = (what: Promise<string>) =>
      what.then(
        read => outcomes.add(read),
        (error: unknown) => outcomes.add((error as { code: string }).code)
      );
    for (let i = 0; i < 400; i++) {
      await attempt(get('a/x'));
      await attempt(put('a/y').then(() => 'put'));
      await attempt(
        store
          .remove(dataset, 'a/x')
          .then(() => put('a/x'))
          .then(() => 'put')
      );
      await attempt(
        listed('a').then(entries => (entries.some(({ name }) => name === 'canary') ? 'led out' : 'listed'))
      );
    }
    await stop();
    // Both faces were met, and neither led out.
    expect(outcomes).toContain('file.path');
    expect(outcomes).toContain('put');
    for (const outcome of outcomes)
      expect(['mine', 'upload', 'put', 'listed', 'file.path', 'file.unknown']).toContain(outcome);
    expect(readdirSync(outside).sort()).toEqual(['canary', 'x']);
    expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('secret');
  });
});

describe.runIf(process.getuid?.() === 0)('the local file store as root', () => {
  it('gives folders and files to the identity of the sandboxes', async () => {
    const root = temporary();
    chownSync(root, 0, 0);
    const store = createLocalFileStore({ root, owner: { uid: 12_345, gid: 12_346 } });
    await (await store.receive(dataset, 'a/x', Readable.from([Buffer.from('1')]), 100)).place();
    const batch = await store.batches.begin('one', { dataset, folder: 'b' });
    await batch.takeIn({ folders: ['c'], files: [{ path: 'c/y', content: [Buffer.from('1')] }] });
    await batch.file('c/z', Readable.from([Buffer.from('1')]));
    await batch.place();
    await batch.discard();
    for (const [path, mode] of [
      ['atlas', 0o40770],
      ['atlas/data', 0o40770],
      ['atlas/data/a', 0o40770],
      ['atlas/data/a/x', 0o100660],
      ['atlas/data/b', 0o40770],
      ['atlas/data/b/c', 0o40770],
      ['atlas/data/b/c/y', 0o100660],
      ['atlas/data/b/c/z', 0o100660]
    ] as const)
      expect(lstatSync(join(root, path)), path).toMatchObject({ uid: 12_345, gid: 12_346, mode });
    rmSync(root, { recursive: true });
  });

  it('keeps nothing of a batch that a full disk has no room for, and says so', async () => {
    const root = temporary();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', root]);
    try {
      const store = createLocalFileStore({ root });
      const begin = () => store.batches.begin('one', { dataset, folder: 'f' });
      const files = (count: number) =>
        Array.from({ length: count }, (_, i) => ({ path: String(i), content: [Buffer.alloc(40_000)] }));
      const full = await begin();
      await expect(full.takeIn({ folders: [], files: files(10) })).rejects.toMatchObject({
        code: 'service.unavailable',
        detail: expect.stringContaining('no space') as string
      });
      await full.discard();
      const fits = await begin();
      await fits.takeIn({ folders: [], files: files(3) });
      await fits.settle();
      await fits.place();
      await fits.discard();
      expect(readdirSync(join(root, 'atlas', 'data', 'f'))).toEqual(['0', '1', '2']);
      expect(readdirSync(join(root, '.batches'))).toEqual([]);
    } finally {
      execFileSync('umount', [root]);
      rmSync(root, { recursive: true });
    }
  });
});

import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { OpenFile } from '../../ports/file-store.js';
import { openZip } from './unzip.read.js';
import { zipOf, type ZipEntry } from './zip.fixture.js';

/** A file that counts what is read of it. */
const opened = (raw: Buffer) => {
  const counted = { bytes: 0, closed: 0 };
  const file: OpenFile = {
    entry: {
      ...{ name: 'x.zip', kind: 'file', size: raw.length, bytes: raw.length },
      ...{ modifiedAt: new Date(), tag: '' }
    },
    where: { path: '', identity: '', held: '' },
    read({ start, end }) {
      counted.bytes += end + 1 - start;
      return Readable.from([raw.subarray(start, end + 1)]);
    },
    close: async () => {
      counted.closed += 1;
      return Promise.resolve();
    }
  };
  return { file, counted };
};
const open = (entries: readonly ZipEntry[]) => openZip(opened(zipOf(entries)).file);
const deep = (index: number): string => `${String(index)}${'/d'.repeat(78)}/a.py`;

it('lists the folders, those above first, and the files, as often as it is asked', async () => {
  const zip = await open([
    { name: 'b/c/x', content: 'x' },
    { name: 'a/', mode: 0o040755 },
    { name: 'b/y' },
    { name: 'b/c/', mode: 0o040755 }
  ]);
  for (const _time of [1, 2]) {
    expect([...zip.folders]).toEqual(['b', 'b/c', 'a']);
    expect([...zip.files].map(({ path, size }) => [path, size])).toEqual([
      ['b/c/x', 1],
      ['b/y', 0]
    ]);
  }
  expect([zip.folderCount, zip.fileCount, zip.bytes]).toEqual([3, 2, 1]);
});

it('reads no more of a list than an honest one has, and lets the file go', async () => {
  // Each of its entries has 1900 empty fields, which are as many objects.
  const entries = Array.from({ length: 5000 }, (_, i) => ({
    ...{ name: String(i), method: 0, extra: Buffer.alloc(7600) }
  }));
  const { file, counted } = opened(zipOf(entries));
  await expect(openZip(file)).rejects.toMatchObject({
    code: 'archive.refused',
    detail: expect.stringMatching(/list .* is too long/) as string
  });
  expect(counted.bytes).toBeLessThan(2 ** 25 + 2 ** 19);
  expect(counted.closed).toBe(1);
});

it('refuses a long extra field before it is taken apart', async () => {
  const raw = zipOf(
    Array.from({ length: 250 }, (_, i) => ({ name: String(i), extra: Buffer.alloc(65_532) }))
  );
  const { file, counted } = opened(raw);
  await expect(openZip(file)).rejects.toMatchObject({ code: 'archive.refused' });
  expect(counted.bytes).toBeLessThan(2 ** 19);
});

it('counts folders that are named nowhere', async () => {
  const zip = await open([{ name: deep(0) }, { name: deep(1) }]);
  expect(zip.folderCount).toBe(158);
  await expect(open(Array.from({ length: 1270 }, (_, i) => ({ name: deep(i) })))).rejects.toMatchObject({
    code: 'archive.refused',
    detail: expect.stringMatching(/100,000 files and folders/) as string
  });
});

it('reads nothing where it is told of more entries than anybody unpacks', async () => {
  const raw = zipOf([{ name: 'x' }]);
  // A record in 64 bits says that there are a billion of them.
  const end = raw.subarray(-22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(1_000_000_000n, 32);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(raw.length - 22), 8);
  const { file } = opened(Buffer.concat([raw.subarray(0, -22), record, locator, end]));
  await expect(openZip(file)).rejects.toThrow(/100,000 files and folders/);
  locator.fill(0xff, 8, 16);
  const wild = opened(Buffer.concat([raw.subarray(0, -22), record, locator, end])).file;
  await expect(openZip(wild)).rejects.toThrow(/no sound zip/);
});

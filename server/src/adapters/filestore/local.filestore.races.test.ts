import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FileStore } from '../../ports/file-store.js';
import { exchanging, filling } from './local.filestore.fixture.js';
import { createOutgoing } from './filestore.outgoing.js';
import { createLocalFileStore } from './local.filestore.js';

const dataset = { project: 'atlas', dataset: 'data' };
const other = { project: 'atlas', dataset: 'other' };
const playtime = 2000;

let root: string;
let outside: string;
let inside: string;
let store: FileStore;

beforeEach(async () => {
  [root, outside] = ['files', 'outside'].map(name => mkdtempSync(join(tmpdir(), `hopslab-${name}-`))) as [
    string,
    string
  ];
  chmodSync(outside, 0o755);
  mkdirSync(join(outside, 'deep'));
  for (const name of ['x', 'y', 'deep/x']) writeFileSync(join(outside, name), 'secret');
  store = createLocalFileStore({ root });
  await store.ensure(dataset);
  await store.ensure(other);
  inside = store.folderOf(dataset);
});
afterEach(() => {
  // Nothing was taken from what links lead to, put there, or changed.
  expect(lstatSync(outside).mode & 0o777).toBe(0o755);
  expect(readdirSync(outside, { recursive: true }).sort()).toEqual(['deep', 'deep/x', 'x', 'y']);
  for (const name of ['x', 'y', 'deep/x']) expect(readFileSync(join(outside, name), 'utf8')).toBe('secret');
  rmSync(root, { recursive: true });
  rmSync(outside, { recursive: true });
});

const outcomes = new Map<string, number>();
const attempt = async (name: string, what: Promise<unknown>): Promise<void> => {
  const code = await what.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code ?? String(error)
  );
  const key = `${name}: ${code}`;
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
};
/** Plays for a while, and longer where what has to be seen once was not seen yet. */
const whilePlaying = async (round: () => Promise<void>, ...seen: readonly string[]): Promise<void> => {
  outcomes.clear();
  const [until, latest] = [Date.now() + playtime, Date.now() + 25_000];
  const isOver = (now: number): boolean =>
    now > latest || (now > until && seen.every(key => outcomes.has(key)));
  while (!isOver(Date.now())) await round();
};
const put = async (path: string) => {
  const received = await store.receive(dataset, path, Readable.from([Buffer.from('upload')]), 100);
  try {
    await received.place();
  } finally {
    await received.discard();
  }
};
const remove = async (path: string) => {
  await (await store.remove(dataset, path, true)).discard();
};

describe('the local file store while a name is exchanged for a link again and again', () => {
  it('moves nothing in or out over it', async () => {
    mkdirSync(join(inside, 'a'));
    writeFileSync(join(inside, 'a', 'x'), 'mine');
    const stop = await exchanging(inside, 'a', outside);
    const seen = ['out: done', 'in: done', 'out: file.path'];
    await whilePlaying(
      async () => {
        await attempt('out', store.move(dataset, 'a/x', other, 'x'));
        await attempt('in', store.move(other, 'x', dataset, 'a/x'));
        await attempt('within', store.move(dataset, 'a/deep', dataset, 'b'));
        await attempt('folder', store.makeFolder(dataset, 'a/deep'));
      },
      ...seen
    );
    await stop();
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(seen));
    for (const key of outcomes.keys()) expect(key).toMatch(/: (done|file\.(path|unknown|exists))$/);
    const mine = [join(inside, 'a', 'x'), join(inside, '.link', 'x'), join(store.folderOf(other), 'x')];
    expect(mine.filter(path => existsSync(path) && readFileSync(path, 'utf8') === 'mine')).toHaveLength(1);
  });

  it('merges no batch into what it leads to, and takes none back from there', async () => {
    mkdirSync(join(inside, 'a'));
    const batch = async (end: 'discard' | 'takeBack') => {
      const one = await store.batches.begin('one', { dataset, folder: '' });
      const content = [Buffer.from('batch')];
      const files = ['a/x', 'a/new', 'b'].map(path => ({ path, content }));
      await one.takeIn({ folders: ['a/deep'], files });
      try {
        await one.place();
        await one[end]();
      } finally {
        await one.takeBack();
        await one.discard();
      }
    };
    const stop = await exchanging(inside, 'a', outside);
    await whilePlaying(async () => {
      await attempt('taken back', batch('takeBack'));
      await attempt('placed', batch('discard'));
      for (const path of ['a/x', 'a/new', 'a/deep', 'b']) await attempt('clear', remove(path));
    }, 'taken back: done');
    await stop();
    expect(outcomes.get('taken back: done')).toBeGreaterThan(0);
    for (const key of outcomes.keys())
      expect(key).toMatch(/: (done|file\.(path|unknown|exists|not-a-file))$/);
  });

  it('moves and removes what has the name, never what it leads to', async () => {
    mkdirSync(join(inside, 'a', 'deep'), { recursive: true });
    const stop = await exchanging(inside, 'a', outside);
    await whilePlaying(async () => {
      await attempt('away', store.move(dataset, 'a', other, 'a'));
      await attempt('back', store.move(other, 'a', dataset, 'a'));
      await attempt('back', store.move(other, 'a', dataset, '.link'));
      await attempt(
        'walk',
        (async () => {
          for await (const { path } of store.walk(dataset, 'a')) expect(['deep']).toContain(path);
        })()
      );
    }, 'away: done');
    for (let i = 0; i < 40; i++) await attempt('remove', remove('a'));
    await stop();
    expect(outcomes.get('away: done')).toBeGreaterThan(0);
    for (const key of outcomes.keys())
      expect(key).toMatch(/: (done|file\.(path|unknown|exists|not-a-file))$/);
  });

  it('removes a folder whose programs go on playing in it: links are removed, not followed', async () => {
    await whilePlaying(async () => {
      mkdirSync(join(inside, 't', 'a', 'deep'), { recursive: true });
      for (let i = 0; i < 50; i++) writeFileSync(join(inside, 't', `f${String(i)}`), '');
      for (const name of ['x', 'deep/x']) writeFileSync(join(inside, 't', 'a', name), 'mine');
      const stop = await exchanging(join(inside, 't'), 'a', outside);
      await attempt('remove', remove('t'));
      await stop();
    });
    expect([...outcomes.keys()]).toEqual(['remove: done']);
    expect(existsSync(join(inside, 't'))).toBe(false);
    // What was kept from going goes at the next sweep.
    await store.sweep();
    await vi.waitFor(() => expect(readdirSync(join(root, '.outgoing'))).toEqual([]), 20_000);
  });
});

describe('the local file store', () => {
  it('removes what programs left: links, odd names, folders that let nobody in', async () => {
    mkdirSync(join(inside, 't', 'locked', 'deep'), { recursive: true });
    symlinkSync(outside, join(inside, 't', 'out'));
    symlinkSync(join(outside, 'x'), join(inside, 't', 'locked', 'x'));
    writeFileSync(Buffer.concat([Buffer.from(`${inside}/t/locked/deep/`), Buffer.from([0xff, 0x0a])]), 'odd');
    chmodSync(join(inside, 't', 'locked'), 0);
    await remove('t');
    expect(readdirSync(inside)).toEqual([]);
    expect(readdirSync(join(root, '.outgoing'))).toEqual([]);
  });

  it('moves what programs gave an odd name to a plain one, and tells it from others', async () => {
    writeFileSync(join(inside, 'new\nline file b'), 'odd');
    const found = [];
    for await (const one of store.walk(dataset, '')) found.push(one);
    expect(found).toEqual([{ path: 'new\nline file b', kind: 'file', size: 3, bytes: 3 }]);
    await store.move(dataset, 'new\nline file b', dataset, 'plain');
    expect(readdirSync(inside)).toEqual(['plain']);
  });

  it('removes at its start what it was killed over', async () => {
    await put('t/deep/x');
    await store.remove(dataset, 't', true);
    expect(readdirSync(join(root, '.outgoing'))).toHaveLength(1);
    expect(lstatSync(join(root, '.outgoing')).mode & 0o777).toBe(0o700);
    await createLocalFileStore({ root }).sweep();
    await vi.waitFor(() => expect(readdirSync(join(root, '.outgoing'))).toEqual([]), 20_000);
  });

  it('counts holes neither when a file goes nor when it is replaced', async () => {
    await put('x');
    truncateSync(join(inside, 'x'), 2 ** 34);
    expect((await store.entry(dataset, 'x')).bytes).toBeLessThan(2 ** 20);
    expect((await store.remove(dataset, 'x')).bytes).toBeLessThan(2 ** 20);
  });
});

it('a folder that a program goes on filling is removed all the same', async () => {
  const owner = process.getuid?.() === 0 ? { uid: 61_234, gid: 61_234 } : undefined;
  const out = join(root, '.leaving');
  mkdirSync(join(out, 'x', 'deep'), { recursive: true });
  if (owner) for (const path of ['x', 'x/deep']) chownSync(join(out, path), owner.uid, owner.gid);
  for (const path of [root, out]) chmodSync(path, 0o755);
  const stops = await Promise.all(
    ['x', 'x/deep', 'x', 'x/deep', 'x'].map(path => filling(join(out, path), owner))
  );
  const outgoing = createOutgoing(out, 100);
  try {
    await outgoing.clear(join(out, 'x'));
    // Who is the same user as we are can only be waited for.
    if (owner) await vi.waitFor(() => expect(readdirSync(out)).toEqual([]), { timeout: 10_000 });
  } finally {
    for (const stop of stops) await stop();
  }
  await vi.waitFor(() => expect(readdirSync(out)).toEqual([]), { timeout: 10_000 });
});

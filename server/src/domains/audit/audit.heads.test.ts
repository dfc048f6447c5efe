import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeads, type Heads } from './audit.heads.js';
import { journalUnderTest } from './audit.fixture.js';

describe('signed heads', () => {
  let data: string;
  let heads: Heads;
  const head = (position: number) => ({
    position,
    hash: position.toString(16).padStart(64, '0'),
    at: '2026-11-22T10:00:00.000Z'
  });
  const all = async () => {
    const found = [];
    for await (const one of heads.read()) found.push(one?.position);
    return found;
  };

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'hopslab-heads-'));
    heads = createHeads(data);
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it('are read as they were written, by another process too', async () => {
    expect(await heads.last()).toBeUndefined();
    for (const position of [3, 7, 9]) await heads.append(head(position));
    heads = createHeads(data);
    expect(await heads.last()).toEqual(head(9));
    expect(await all()).toEqual([3, 7, 9]);
    expect(statSync(heads.path).mode & 0o077).toBe(0);
  });

  it('go on after half a line', async () => {
    await heads.append(head(3));
    appendFileSync(heads.path, '{"position":4,"ha');
    await heads.append(head(5));
    expect(await all()).toEqual([3, 5]);
  });

  it.each([
    ['a changed position', (line: string) => line.replace('"position":5', '"position":4')],
    ['a changed time', (line: string) => line.replace('T10', 'T11')],
    ['another key’s signature', (line: string) => line.replace(/"signature":".{8}/, '"signature":"AAAAAAAA')],
    ['no signature', (line: string) => line.replace(/,"signature":".*"/, '')],
    ['no JSON', () => 'x']
  ])('with %s are none', async (_what, change) => {
    await heads.append(head(5));
    writeFileSync(heads.path, `${change(readFileSync(heads.path, 'utf8').trim())}\n`);
    expect(await all()).toEqual([undefined]);
    expect(await heads.last()).toBeUndefined();
  });
});

describe('a database that was put back', () => {
  it('is found out by the heads outside, also after it went on', async () => {
    const journal = await journalUnderTest();
    const { db, service } = journal;
    await journal.write(10);
    await db.raw('create table backup as table journal');
    await journal.write(10);
    expect(await service.verify()).toMatchObject({ verified: true, rows: 20 });
    await db('journal').where('position', '>', 10).delete();
    expect(await service.verify()).toMatchObject({ faults: [{ kind: 'cut-off', from: 11, to: 20 }] });

    await journal.write(5);
    expect((await service.verify()).faults).toMatchObject([
      { kind: 'cut-off', from: 16, to: 20 },
      { kind: 'older', from: 15, to: 15 }
    ]);
    await journal.write(15);
    expect((await service.verify()).faults).toMatchObject([
      { kind: 'rewritten', from: 11, to: 20 },
      { kind: 'older', from: 15, to: 15 }
    ]);
    await journal.close();
  });

  it('does not go unnoticed with its heads removed', async () => {
    const journal = await journalUnderTest();
    await journal.db.raw(
      `insert into journal (actor, action, asset, channel) select 'eve', 'a', 'b', 'hub' from generate_series(1, 1200)`
    );
    await journal.write(0);
    expect(await journal.service.verify()).toMatchObject({ verified: true, rows: 1200 });
    rmSync(journal.heads.path);
    expect(await journal.service.verify()).toMatchObject({
      faults: [{ kind: 'unsigned', from: 1, to: 1200 }]
    });
    await journal.close();
  });
});

import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreviewFault, PreviewQuestion } from '../../ports/preview-reader.js';
import { asOpened, environment, readersSandbox, readerUnderTest } from './preview.fixture.js';
import { identity, type SandboxFixture } from './sandbox.fixture.js';

let under: SandboxFixture;
let folder: string;
beforeAll(() => {
  under = readersSandbox();
  folder = under.folder('files');
});
afterAll(() => {
  under.close();
});

const put = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  // As a program's own would be: nothing but the mount keeps a reader from it.
  if (identity) chownSync(path, identity.uid, identity.gid);
  return path;
};
const never = new AbortController().signal;
const page = { ask: 'page', offset: 0, limit: 3, column: 0, columns: 5 } as const;
const read = (
  path: string,
  question: Partial<PreviewQuestion> = {},
  how: Parameters<typeof readerUnderTest>[1] = {}
) => readerUnderTest(under, how).read(asOpened(path), { ...page, ...question }, never);
const fault = async (reading: Promise<unknown>): Promise<[string, string]> => {
  const { code, message } = (await reading.then(
    answer => new Error(`it answered ${JSON.stringify(answer).slice(0, 200)}`),
    (error: unknown) => error
  )) as PreviewFault;
  return [code, message];
};

/** Writes Parquet by the same library that reads it: 5,000 rows in groups of 1,000. */
const parquet = (path: string): string => {
  const script = `
import sys, pyarrow as pa, pyarrow.parquet as pq
n = 5000
pq.write_table(pa.table({
    "id": range(n), "big": [2**60 + i for i in range(n)], "x": [i / 7 if i % 5 else None for i in range(n)],
    "at": pa.array([i * 3_600_000_000_000 for i in range(n)], pa.timestamp("ns", "Europe/Stockholm")),
    "raw": [bytes([i % 256]) * 100 for i in range(n)], "in": [{"a": [1, None]}] * n,
}), sys.argv[1], row_group_size=1000)`;
  execFileSync(join(environment, 'bin', 'python'), ['-c', script, path]);
  return path;
};

describe('a reader', () => {
  it('shows rows of Parquet from anywhere, and what its columns are like', async () => {
    const path = parquet(join(folder, 'table.parquet'));
    expect(await read(path, { offset: 4998, columns: 6 })).toMatchObject({
      format: 'parquet',
      rowCount: 5000,
      columnCount: 6,
      rows: [
        [
          4998,
          '1152921504606851974',
          714,
          '1970-07-28 06:00:00.000000000Z',
          { length: 100 },
          '{"a": [1, null]}'
        ],
        [
          4999,
          '1152921504606851975',
          714.1428571428571,
          expect.stringMatching(/Z$/),
          { length: 100 },
          '{"a": [1, null]}'
        ]
      ],
      more: false
    });
    expect(await read(path, { ask: 'statistics', column: 2, columns: 1 })).toMatchObject({
      columns: [{ name: 'x', type: 'number', detail: 'double' }],
      sampled: 5000,
      statistics: [{ nulls: 1000, min: '0.14285714285714285', ofWhole: true }]
    });
  });

  it('guesses what a CSV holds, and shows its values as they are written', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `p${i};00${i};${i},5;2026-01-${10 + (i % 20)}`);
    const path = put('a.csv', `name;code;x;day\n${rows.join('\n')}\n`);
    expect(await read(path, { offset: 28 })).toMatchObject({
      columns: [{ type: 'text' }, { type: 'integer' }, { type: 'text' }, { name: 'day', type: 'date' }],
      rows: [
        ['p28', '0028', '28,5', '2026-01-18'],
        ['p29', '0029', '29,5', '2026-01-19']
      ],
      more: false
    });
  });

  it.each<[string, string | Uint8Array, string, RegExp]>([
    [
      'cut.parquet',
      'PAR1 and not much else',
      'failed',
      /^Its content is broken: Parquet magic bytes not found/
    ],
    ['wrong.parquet', 'hello', 'failed', /not a Parquet file/],
    ['long.csv', `a,b\n${'x'.repeat(20_000_000)}`, 'too-large', /^Line 2 is longer than 16 MiB/],
    ['deep.json', '['.repeat(200_000), 'failed', /nested too deeply/],
    ['many.json', `[${'{},'.repeat(5_000_000)}{}]`, 'too-large', /more memory than a preview may have/],
    ['half.jsonl', '\n{"a":', 'failed', /^Line 2 is not JSON/],
    ['bomb.csv.gz', gzipSync(Buffer.alloc(100_000_000, 48)), 'too-large', /^Line 1 is longer/],
    ['quote.csv', `a,b\n"1,2\n${'3,4\n'.repeat(5_000_000)}`, 'too-large', /a quote may be missing/],
    ['a.exe', 'MZ', 'unsupported', /does not end like/]
  ])('says what is wrong with %s, without a path of this machine', async (name, content, code, words) => {
    const [is, says] = await fault(read(put(name, content)));
    expect([is, says]).toEqual([code, expect.stringMatching(words)]);
    expect(says).not.toContain('/data');
  });

  it('says that a footer of Parquet lies', async () => {
    const path = parquet(join(folder, 'lying.parquet'));
    const script =
      'import sys; f = open(sys.argv[1], "r+b"); f.seek(-8, 2); f.write(bytes([255, 255, 255, 127]))';
    execFileSync('/usr/bin/python3', ['-c', script, path]);
    expect(await fault(read(path))).toEqual(['failed', expect.stringContaining('footer')]);
  });

  it('shows what is odd as far as it goes: bytes that are no UTF-8, huge values, many columns, a false name', async () => {
    expect(await read(put('latin.csv', Buffer.from('naïve,x\ncafé,1\n', 'latin1')))).toMatchObject({
      rows: [['café', '1']],
      notes: ['not-utf8']
    });
    const wide = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',');
    expect(await read(put('wide.csv', `${wide}\n1,2,3\n`), { column: 9998 })).toMatchObject({
      columnCount: 10_000,
      columns: [{ name: 'c9998' }, { name: 'c9999' }],
      rows: [[null, null]],
      notes: ['ragged']
    });
    const { rows } = (await read(put('fat.csv', `a,b\n1,${'x'.repeat(10_000_000)}\n`))) as {
      rows: unknown[][];
    };
    expect(rows).toEqual([['1', { text: 'x'.repeat(4096), length: 10_000_000 }]]);
    expect(await read(parquet(join(folder, 'parquet.csv')))).toMatchObject({ format: 'parquet' });
  });
});

it('shows what comes before that which is broken, and says why it ends there', async () => {
  const rows = Array.from({ length: 500 }, () => `${randomBytes(8).toString('hex')},1\n`);
  const packed = gzipSync(`a,b\n${rows.join('')}`);
  const whole = { limit: 1000 };
  expect(await read(put('cut.csv.gz', packed.subarray(0, 4000)), whole)).toMatchObject({
    columns: [{ name: 'a' }, { type: 'integer' }],
    more: false,
    stopped: expect.stringMatching(/broken or cut off after line \d+/) as unknown
  });
  expect(await read(put('late.jsonl', '{"a":1}\n{"a":'), whole)).toMatchObject({
    rows: [[1]],
    stopped: expect.stringMatching(/^Line 2 is not JSON/) as unknown
  });
});

describe('a reading', () => {
  it('ends after its time, or when nobody waits any more, and leaves nothing', async () => {
    const path = put('some.csv', 'a,b\n1,2\n');
    expect(await fault(read(path, {}, { patience: 1 }))).toEqual([
      'too-large',
      expect.stringContaining('time')
    ]);
    const gone = new AbortController();
    const reading = readerUnderTest(under).read(asOpened(path), page, gone.signal);
    gone.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    expect(await under.sandbox.list()).toEqual([]);
    expect(readdirSync(join(under.data, 'logs'))).toEqual([]);
  });

  it('is of the very file that was opened, not of what has come to its name', async () => {
    const secret = put('secret.csv', 'of,others\n1,2\n');
    const path = put('swapped.csv', 'a,b\n1,2\n');
    const opened = asOpened(path);
    const ask = () => fault(readerUnderTest(under).read(opened, page, never));
    renameSync(path, `${path}.old`);
    expect((await ask())[0]).toBe('changed');
    writeFileSync(path, 'of,others\n1,2\n');
    expect((await ask())[0]).toBe('changed');
    renameSync(path, `${path}.older`);
    symlinkSync(secret, path);
    expect((await ask())[0]).toBe('changed');
  });

  it('takes only an answer: no link, no FIFO, nothing that is huge or no JSON', async () => {
    const path = put('one.csv', 'a,b\n1,2\n');
    for (const how of [
      'os.symlink("/etc/passwd", into)',
      'os.mkfifo(into)',
      'open(into, "wb").truncate(2**30)',
      'open(into, "w").write("{")',
      `open(into, "w").write('{"answer": 1, "fault": 2}')`
    ]) {
      const hostile = under.folder('hostile');
      writeFileSync(join(hostile, '__main__.py'), `import os, sys\ninto = sys.argv[3]\n${how}\n`);
      expect((await fault(read(path, {}, { program: hostile })))[0], how).toBe('too-large');
    }
  });

  it('sees the one file and cannot change it, and nothing else of the machine', async () => {
    const path = put('mine.csv', 'a,b\n1,2\n');
    put('neighbour.csv', 'of,others\n');
    const hostile = under.folder('taken-over');
    writeFileSync(
      join(hostile, '__main__.py'),
      `
import json, os, socket, sys
def tried(act):
    try:
        act()
        return "done"
    except OSError as error:
        return type(error).__name__
found = {
    "data": os.listdir("/data"), "channel": os.listdir("/run/hopslab"), "root": sorted(os.listdir("/")),
    "write": tried(lambda: open("/data/file", "a").write("x")), "mode": tried(lambda: os.chmod("/data/file", 0o777)),
    "remove": tried(lambda: os.remove("/data/file")), "env": sorted(os.environ),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")), "home": os.path.exists("/root/.ssh"),
}
json.dump({"answer": found}, open(sys.argv[3], "w"))
`
    );
    const found = (await read(path, {}, { program: hostile })) as Record<string, unknown>;
    expect(found).toMatchObject({
      data: ['file'],
      channel: [],
      write: 'OSError',
      mode: 'OSError',
      remove: expect.stringMatching(/Error$/) as unknown,
      network: 'ConnectionRefusedError',
      processes: 2,
      home: false
    });
    expect(found['root']).not.toContain('work');
    expect(found['root']).not.toContain('home');
    expect(found['env']).not.toContain('HOPSLAB_TOOLS');
  });

  it('that a server left is ended by the next one', async () => {
    const hostile = under.folder('endless');
    mkdirSync(hostile, { recursive: true });
    writeFileSync(join(hostile, '__main__.py'), 'import time\nwhile True: time.sleep(1)\n');
    const gone = new AbortController();
    const reading = readerUnderTest(under, { program: hostile }).read(
      asOpened(put('x.csv', 'a')),
      page,
      gone.signal
    );
    reading.catch(() => undefined);
    await expect.poll(async () => (await under.sandbox.list()).length, { timeout: 20_000 }).toBe(1);
    const [id = ''] = await under.sandbox.list();
    await expect
      .poll(async () => (await under.sandbox.status(id)).state, { timeout: 20_000 })
      .toBe('running');
    await readerUnderTest(under).sweep();
    expect(await under.sandbox.list()).toEqual([]);
    expect(existsSync(join(under.data, 'logs'))).toBe(false);
    await reading.catch(() => undefined);
  });
});

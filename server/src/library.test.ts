import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { devices } from '@hopslab/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFront, type Front } from './testing/front.js';
import type { Client } from './testing/client.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

const run = promisify(execFile);
const guideOf = (name: string): string =>
  readFileSync(new URL(`../../docs/guides/${name}.md`, import.meta.url), 'utf8');
/** The first Python of a text. */
const codeOf = (text: string): string => /```python\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
const library = fileURLToPath(new URL('../../kernels/src', import.meta.url));

let platform: TestPlatform;
let front: Front;
let folder: string;
let owner: Client;

beforeAll(async () => {
  platform = await startPlatform();
  front = await openFront(platform, `select '' as project, '' as username, '' as socket where false`);
  folder = mkdtempSync(join(tmpdir(), 'hopslab-library-'));
  copyFileSync(join(platform.config.data, 'ca.pem'), join(folder, 'ca.pem'));
  owner = await platform.user('ana');
  const scientist = await platform.user('ben');
  await owner.send('POST', '/api/v1/projects', { body: { name: 'roundworm' } });
  const role = { role: 'data_scientist' };
  await owner.send('PUT', '/api/v1/projects/roundworm/members/ben', { body: role });
  await platform.platform.datasets.reconcile();
  for (const [name, person] of [
    ['ana', owner],
    ['ben', scientist]
  ] as const) {
    const asked = { name: 'program', scopes: ['read', 'compute', 'manage'], days: 1 };
    const { body } = await person.send('POST', '/api/v1/auth/tokens', { body: asked });
    writeFileSync(join(folder, name), (body as { secret: string }).secret);
  }
  mkdirSync(join(folder, 'run-7', 'plots'), { recursive: true });
  writeFileSync(join(folder, 'run-7', 'notes.txt'), 'as agreed\n');
  writeFileSync(join(folder, 'run-7', 'plots', 'a “b” ü.svg'), '<svg/>');
  writeFileSync(join(folder, 'reads.bam'), Buffer.alloc(2 ** 20, 'reads,'));
});
afterAll(async () => {
  await front.close();
  await platform.close();
  rmSync(folder, { recursive: true });
});

/** Runs a program outside; answers what it says. The ports of a test are any that were free: it is led to them. */
const python = async (code: string, env: Record<string, string>): Promise<string> => {
  const ports = `{8443: ${front.port}, 8444: ${front.programsPort}}`;
  const led = `
import socket
dial = socket.create_connection
socket.create_connection = lambda to, *more: dial(("127.0.0.1", ${ports}[to[1]]), *more)
`;
  const { stdout } = await run('python3', ['-W', 'error', '-c', led + code], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PYTHONPATH: library,
      PYTHONDONTWRITEBYTECODE: '1',
      HOPSLAB_URL: 'https://hopslab.localhost:8443',
      HOPSLAB_PROJECT: 'roundworm',
      HOPSLAB_CA: 'ca.pem',
      ...env
    }
  });
  return stdout;
};

it('the guide’s program carries files and folders in and out, with their checksums', async () => {
  const [, section = ''] = guideOf('data-owner').split('### From a program outside');
  const said = await python(codeOf(section), { HOPSLAB_TOKEN_FILE: 'ana' });
  expect(said).toBe('notes.txt 10\nplots 0\n');
  const there = (path: string) => readFileSync(join(platform.config.data, 'projects/roundworm/reads', path));
  const here = (path: string) => readFileSync(join(folder, path));
  expect(there('raw/7.bam')).toEqual(here('reads.bam'));
  expect(here('back.bam')).toEqual(here('reads.bam'));
  expect(here('copy of run-7/plots/a “b” ü.svg')).toEqual(here('run-7/plots/a “b” ü.svg'));
  expect(there('run-7/notes.txt').toString()).toBe('as agreed\nlooked at\n');
  expect(there('run-7 again/notes.txt').toString()).toBe('as agreed\nlooked at\n');
});

it('a data scientist’s program is refused with the reason, and carries programs', async () => {
  const code = `
from hopslab import dataset
from hopslab.errors import RefusedError
for act in (
    lambda: dataset.upload("reads.bam", "reads", "more.bam"),
    lambda: dataset.upload("run-7", "reads", "more"),
    lambda: dataset.download("reads", "raw/7.bam", "mine.bam"),
    lambda: dataset.download("reads", "run-7", "mine"),
    lambda: dataset.create("mine"),
):
    try:
        act()
    except RefusedError as refused:
        print(refused.code, "data owner" in refused.detail)
dataset.write("Resources", "train.py", b"print()")
print(dataset.read("Resources", "train.py").data.decode())
`;
  const said = await python(code, { HOPSLAB_TOKEN_FILE: 'ben' });
  expect(said).toBe(`${'access.denied True\n'.repeat(5)}print()\n`);
});

it('the guide’s device does so with its certificate at the programs’ port', async () => {
  const path = '/api/v1/projects/roundworm/devices/meter/certificate';
  const { body } = await owner.send('POST', path, { body: { format: 'pem' } });
  for (const { name, content } of (body as devices.Certificate).files)
    writeFileSync(join(folder, name), Buffer.from(content, 'base64'));
  writeFileSync(join(folder, 'reading.csv'), 'celsius\n21.5\n');
  await python(codeOf(guideOf('external-application')), {});
  expect(readFileSync(join(folder, 'copy.csv'), 'utf8')).toBe('celsius\n21.5\n');
});

it('who comes by a wrong token, to another project or to somebody else is told so', async () => {
  copyFileSync(join(platform.config.data, 'devices-ca.pem'), join(folder, 'other.pem'));
  const code = `
import hopslab
for wrong in ({"token": "hsl_wrong"}, {"project": "others"}, {"ca": "other.pem"}):
    try:
        hopslab.connect(**wrong)
    except hopslab.HopslabError as fault:
        print(fault.code)
`;
  const said = await python(code, { HOPSLAB_TOKEN_FILE: 'ana' });
  expect(said).toBe('auth.expired\nproject.unknown\nplatform.certificate\n');
});

it('what breaks off goes on where it was', async () => {
  const code = `
from hopslab import dataset, rest
from hopslab.dataset import fetching
from hopslab.errors import UnreachableError

asked = []
def watched(self, method, path, headers, body, real=rest.Rest._open):
    asked.append((method, headers.get("Upload-Offset"), headers.get("Range")))
    if headers.get("Upload-Offset") != "0":
        return real(self, method, path, headers, body)
    part = next(body)
    real(self, method, path, {**headers, "Content-Length": str(len(part))}, part)
    raise UnreachableError("cut off")
rest.Rest._open = watched
dataset.upload("reads.bam", "reads", "again.bam")

def cut(self, most, real=rest.Answer.read):
    data = real(self, most)
    if most == fetching.BLOCK and data:
        rest.Answer.read = real
        self.read = lambda most: (_ for _ in ()).throw(UnreachableError("cut off"))
    return data
rest.Answer.read = cut
dataset.download("reads", "again.bam", "again.bam")

def lost(self, method, path, headers, body, real=rest.Rest._open):
    answer = real(self, method, path, headers, body)
    if "/batch?" in path:
        answer.whole()
        rest.Rest._open = real
        raise UnreachableError("the answer is lost")
    return answer
rest.Rest._open = lost
dataset.upload("run-7", "reads", "again")
print([entry.name for entry in dataset.entries("reads", "again")])
print([offset for method, offset, _ in asked if method == "PATCH"], [range for _, _, range in asked if range])
`;
  const said = await python(code, { HOPSLAB_TOKEN_FILE: 'ana' });
  expect(said).toBe("['notes.txt', 'plots']\n['0', '262144'] ['bytes=262144-']\n");
  expect(readFileSync(join(folder, 'again.bam'))).toEqual(readFileSync(join(folder, 'reads.bam')));
});

it('members are added, changed and removed, and what is used is told', async () => {
  await platform.user('eve');
  const code = `
from hopslab import members, project
print([member.user for member in members.add({"eve": "data_scientist"})])
print(members.put("eve", "data_owner").role)
members.remove("eve")
print([member.user for member in members.listed()])
project.describe("Worms")
print(project.about().description, project.quota().mine.used.cores, project.usage())
`;
  const said = await python(code, { HOPSLAB_TOKEN_FILE: 'ana' });
  expect(said).toBe("['eve']\ndata_owner\n['ana', 'ben']\nWorms 0 []\n");
});

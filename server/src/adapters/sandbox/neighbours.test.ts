import { randomUUID } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';
import { limitsIn } from './shim.records.js';

const mebibyte = 2 ** 20;
/** Milliseconds: a machine shared with other tests may take its time, one that a culprit has taken for itself answers never. */
const bound = 5000;
const patience = 60_000;

const shell = (script: string): string[] => ['/bin/bash', '-c', script];
const python = (script: string): string[] => ['/usr/bin/python3', '-c', script];
const culprits = {
  'a fork bomb': { command: shell('b() { b | b & }; b; sleep 600'), reason: /processes and threads|memory/ },
  'a memory hog': {
    command: python('x = []\nwhile True: x.append(b"1" * (16 << 20))'),
    reason: /of memory/
  },
  'a disk filler': {
    command: shell('i=0; while dd if=/dev/zero of=/scratch/$((i++)) bs=1M count=64 status=none; do :; done'),
    reason: /^Your folder \/scratch held/
  }
};

/** A sandbox that answers whenever it is asked, by a process and a file made for that answer. */
const answering = `
import http.server, os, socketserver, subprocess
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open("/scratch/answer", "w").write("here")
        self.send_response(200); self.end_headers()
        self.wfile.write(subprocess.check_output(["/bin/cat", "/scratch/answer"]))
    def log_message(self, *_): pass
    def address_string(self): return "test"
socketserver.UnixStreamServer("/run/web/n.sock", Answer).serve_forever()
`;

const ask = (socketPath: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/', timeout: bound }, response => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.once('end', () => {
        resolve(body);
      });
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.once('error', reject);
    asked.end();
  });

describe.each([true, false])('beside a culprit, control groups: %s', controlGroups => {
  let under: SandboxFixture;
  /** In the platform's place: a process that is nothing but another one on the same machine. */
  let platform: Server;
  let neighbour: string;

  const start = async (command: readonly string[], memory: number): Promise<string> => {
    const id = randomUUID();
    await under.sandbox.start({
      id,
      projectUser: 'atlas__ada',
      command,
      env: { PATH: '/usr/bin:/bin' },
      mounts: [{ source: under.folder(id), target: '/scratch', writable: true, own: true }],
      memory,
      grace: 1
    });
    return id;
  };

  beforeEach(async () => {
    under = bubblewrapUnderTest({ controlGroups, processes: 400, disk: { own: 512 * mebibyte, reserve: 0 } });
    platform = createServer((_, response) => response.end('here'));
    await new Promise<void>(resolve => platform.listen(join(under.data, 'platform.sock'), resolve));
    neighbour = join(under.sandbox.channelsOf(await start(python(answering), 256 * mebibyte)).web, 'n.sock');
    const deadline = Date.now() + patience;
    while ((await ask(neighbour).catch(() => '')) !== 'here')
      if (Date.now() > deadline) throw new Error('the neighbour does not answer');
  });

  afterEach(async () => {
    for (const id of await under.sandbox.list()) await under.sandbox.stop(id, 'at once');
    platform.close();
    under.close();
  });

  it.each(Object.entries(culprits))(
    'everybody else answers in time, and %s ends in words',
    async (_, { command, reason }) => {
      const id = await start(command, 512 * mebibyte);
      const { groups } = await limitsIn(join(under.run, 's', id, 'shim'));
      expect(groups.length > 0 || !controlGroups).toBe(true);
      const slowest = { platform: 0, neighbour: 0 };
      const deadline = Date.now() + patience;
      for (;;) {
        for (const [who, socket] of [
          ['platform', join(under.data, 'platform.sock')],
          ['neighbour', neighbour]
        ] as const) {
          const since = Date.now();
          expect(await ask(socket)).toBe('here');
          slowest[who] = Math.max(slowest[who], Date.now() - since);
        }
        const now = await under.sandbox.status(id);
        if (now.state === 'ended') {
          expect(now.reason).toMatch(reason);
          break;
        }
        expect(Date.now()).toBeLessThan(deadline);
        await pause(20);
      }
      expect(slowest.platform).toBeLessThan(bound);
      expect(slowest.neighbour).toBeLessThan(bound);
      await under.sandbox.forget(id);
      expect(await ask(neighbour)).toBe('here');
    },
    patience + 30_000
  );
});

import { once } from 'node:events';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { hub, project, startServer, stopServer } from '../hopslab/notebook.ts';
import { platform } from '../hopslab/platform.ts';
import { startKernel } from '../parts/kernel.ts';
import { pss, tree } from '../parts/processes.ts';
import { run, timed } from '../parts/programs.ts';
import { forget, getSpeed, randomFile, sendBatch, sendSpeed, whole, type Where } from '../parts/transfer.ts';
import { createSite, good, type Site } from '../parts/web.ts';
import { nginx, nginxName } from '../peers/nginx.ts';
import { scp, scpName } from '../peers/scp.ts';

const dataset = 'Bench';
const base = `/api/v1/projects/${project}/datasets`;

/** The dataset of the bench, and where its folder lies on this machine. */
const bed = async (bench: Bench) => {
  const site = await hub(bench);
  const { status } = await site.send('GET', `${base}/${dataset}`);
  if (status === 404) await good(site.send('POST', base, { name: dataset }));
  const { data, url, port, ca, username, password } = await platform(bench);
  const signIn = { username, password };
  const { token } = await good<{ token: string }>(
    createSite(url, undefined, ca).send('POST', '/api/v1/auth/login', signIn)
  );
  const where = (path: string): Where => ({
    url: `https://127.0.0.1:${port}${base}/${dataset}/${path}`,
    token
  });
  return { site, where, folder: join(data, 'projects', project, dataset) };
};

/** Sends 1 GiB into the dataset and takes it out again. */
const bothWays = async (bench: Bench): Promise<{ up: number; down: number }> => {
  const { where, folder } = await bed(bench);
  const file = await randomFile(bench, whole);
  // As the peer does: a file that is replaced keeps its memory until the new one is whole.
  await forget(join(folder, 'big'));
  return {
    up: await sendSpeed(bench, where('files/big'), file),
    down: await getSpeed(bench, where('files/big'))
  };
};

/** Milliseconds of round trips over a WebSocket, one every 20 ms, for as long as something takes. */
const echoes = async (socket: WebSocket, act: () => Promise<unknown>): Promise<number[]> => {
  const times: number[] = [];
  const going = new AbortController();
  const asking = (async () => {
    while (!going.signal.aborted) {
      const began = performance.now();
      const answered = once(socket, 'pong');
      socket.ping();
      await answered;
      times.push(performance.now() - began);
      await pause(20);
    }
  })();
  await act();
  going.abort();
  await asking;
  return times.sort((a, b) => a - b);
};

const speed = (name: string, title: string, which: 'up' | 'down'): Figure => ({
  name,
  title,
  unit: 'MiB/s',
  bar: { of: 'ratio', atLeast: 0.5 },
  peerName: nginxName,
  ours: async bench => (await bothWays(bench))[which],
  async peer(bench) {
    const { url, files } = await nginx(bench);
    const file = await randomFile(bench, whole);
    await forget(join(files, 'big'));
    const up = await sendSpeed(bench, { url: `${url}/big` }, file);
    return which === 'up' ? up : getSpeed(bench, { url: `${url}/big` });
  }
});

const echo: Figure = {
  name: 'file-echo',
  title: 'echo of a kernel’s WebSocket at p99 while 1 GiB is uploaded and downloaded',
  unit: 'ms',
  bar: { of: 'ours', atMost: 50 },

  async ours(bench) {
    const site = await hub(bench);
    const server = await startServer(site, { executors: 0, cores: 1, memory: 2 ** 30 });
    const { socket } = await startKernel(server);
    const times = await echoes(socket, () => bothWays(bench));
    socket.terminate();
    await stopServer(site);
    return times[Math.ceil(times.length * 0.99) - 1] ?? Infinity;
  }
};

const memory: Figure = {
  name: 'file-memory',
  title:
    'growth of the memory (PSS) of server and proxy while 1 GiB is uploaded and downloaded, at its highest',
  unit: 'MiB',
  bar: { of: 'ours', atMost: 50 },

  async ours(bench) {
    // What the first transfer loads is not growth.
    await bothWays(bench);
    const { pids } = await platform(bench);
    const { server = -1, proxy = -1 } = pids();
    const held = (): number => pss([server, proxy].flatMap(tree));
    const before = held();
    let most = before;
    const watching = setInterval(() => (most = Math.max(most, held())), 100);
    await bothWays(bench);
    clearInterval(watching);
    return most - before;
  }
};

const many = 100_000;

/** A folder of many empty files, made where the platform keeps it. */
const manyFiles = (bench: Bench, folder: string): Promise<void> =>
  bench.keep('many files', async () => {
    const path = join(folder, 'many');
    if ((await mkdir(path, { recursive: true })) === undefined) return;
    for (let i = 0; i < many; i += 1000)
      await Promise.all(
        Array.from({ length: 1000 }, (_, j) =>
          writeFile(join(path, `file-${String(i + j).padStart(6, '0')}`), '')
        )
      );
  });

const listing: Figure = {
  name: 'folder-list',
  title: `the first hundred of a folder of ${many} files, over REST, at the median of twenty`,
  unit: 'ms',
  bar: { of: 'ours', atMost: 150 },

  async ours(bench) {
    const { site, folder } = await bed(bench);
    await manyFiles(bench, folder);
    const times: number[] = [];
    for (let i = 0; i < 20; i++)
      times.push(await timed(() => good(site.send('GET', `${base}/${dataset}/entries?path=many&limit=100`))));
    return 1000 * (times.sort((a, b) => a - b)[10] ?? Infinity);
  }
};

const other = 'bench_other';

/** Seconds from an offer to its acceptance. */
const shared = async (site: Site, name: string): Promise<number> => {
  const { status } = await site.send('GET', `/api/v1/projects/${other}`);
  if (status === 404) await good(site.send('POST', '/api/v1/projects', { name: other }));
  await site.send('DELETE', `${base}/${name}/shares/${other}`);
  const taken = await timed(async () => {
    const asked = { project: other, permission: 'read_only' };
    const { offerId } = await good<{ offerId: string }>(site.send('POST', `${base}/${name}/shares`, asked));
    await good(site.send('POST', `/api/v1/projects/${other}/offers/${offerId}/accept`));
  });
  await good(site.send('DELETE', `${base}/${name}/shares/${other}`));
  return taken * 1000;
};

/** A dataset with one file that has a length, and no more on the disk than it needs. */
const sparse = async (bench: Bench, name: string, bytes: number): Promise<Site> => {
  const { site, folder } = await bed(bench);
  const { status } = await site.send('GET', `${base}/${name}`);
  if (status === 404) await good(site.send('POST', base, { name }));
  const file = await open(join(folder, '..', name, 'data'), 'w', 0o644);
  await file.truncate(bytes);
  await file.close();
  return site;
};

const sharing: Figure = {
  name: 'share-size',
  title: 'a dataset of 1 TB (sparse) offered and accepted, beside one of 1 kB',
  unit: 'ms',
  bar: { of: 'ratio', atMost: 1.25 },
  peerName: 'a dataset of 1 kB',
  ours: async bench => shared(await sparse(bench, 'Large', 1e12), 'Large'),
  peer: async bench => shared(await sparse(bench, 'Little', 1e3), 'Little')
};

const small = 10_000;

/** A folder of small files as somebody has them: of about 1 kB each, a hundred in a folder. */
const smallFiles = (bench: Bench): Promise<string> =>
  bench.keep('small files', async () => {
    const folder = await bench.folder('small');
    for (let i = 0; i < small; i += 100) {
      const part = await bench.folder('small', `part-${i / 100}`);
      await Promise.all(
        Array.from({ length: 100 }, (_, j) =>
          writeFile(join(part, `${i + j}.txt`), `${i + j} `.repeat(200).slice(0, 1000))
        )
      );
    }
    return folder;
  });

const folderUp: Figure = {
  name: 'folder-up',
  title: `${small} files of 1 kB in a hundred folders uploaded as one batch over TLS, packed and sent (tar, curl)`,
  unit: 's',
  bar: { of: 'ratio', atMost: 1 },
  peerName: scpName,

  async ours(bench) {
    const { where, folder } = await bed(bench);
    const from = await smallFiles(bench);
    await forget(join(folder, 'small'));
    const archive = join(await bench.folder('files'), 'small.tar');
    return timed(async () => {
      await run('tar', ['-cf', archive, '-C', from, '.']);
      await sendBatch(bench, where('batch?path=small'), archive);
    });
  },

  async peer(bench) {
    const { copy } = await scp(bench);
    const from = await smallFiles(bench);
    const to = join(await bench.folder('copied'), 'small');
    await forget(to);
    return timed(() => copy(from, to));
  }
};

export const fileFigures: readonly Figure[] = [
  speed('file-up', '1 GiB uploaded by PUT over TLS, on its disk when answered (curl)', 'up'),
  speed('file-down', '1 GiB downloaded over TLS (curl)', 'down'),
  echo,
  memory,
  listing,
  folderUp,
  sharing
];

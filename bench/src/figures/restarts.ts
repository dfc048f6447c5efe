import type { Figure } from '../figure.ts';
import { hub, startServer, stopServer } from '../hopslab/notebook.ts';
import { platform } from '../hopslab/platform.ts';
import { openChannel, startKernel } from '../parts/kernel.ts';
import { eventually, timed } from '../parts/programs.ts';
import type { Site } from '../parts/web.ts';
import { jupyterhub, jupyterhubName } from '../peers/jupyterhub.ts';

const smallest = { executors: 0, cores: 1, memory: 2 ** 30 };

/** Until a path answers; what is refused or cut off meanwhile is asked again, as a browser would. */
const answering = (site: Site, path: string): Promise<true> =>
  eventually(path, async () => {
    const answer = await site.send('GET', path).catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  });

/** Until the kernel runs code again, over a WebSocket of its own for each try. */
const running = (server: Site, id: string): Promise<true> =>
  eventually('the kernel', async () => {
    try {
      const channel = await openChannel(server, id);
      await channel.execute('1 + 1');
      channel.socket.terminate();
      return true as const;
    } catch {
      return undefined;
    }
  });

export const serverKilled: Figure = {
  name: 'server-killed',
  title:
    'API server killed (JupyterHub: hub killed and started at once), until it answers; a WebSocket lives on',
  unit: 's',
  bar: { of: 'ours', atMost: 2 },
  peerName: jupyterhubName,

  async ours(bench) {
    const site = await hub(bench);
    const { pids } = await platform(bench);
    const kernel = await startKernel(await startServer(site, smallest));
    const taken = await timed(async () => {
      process.kill(pids()['server'] ?? -1, 'SIGKILL');
      await answering(site, '/api/v1/auth/me');
    });
    await kernel.execute('1 + 1');
    kernel.socket.terminate();
    await stopServer(site);
    return taken;
  },

  async peer(bench) {
    const theirs = await jupyterhub(bench);
    await theirs.startServer();
    const kernel = await startKernel(theirs.server);
    const taken = await timed(async () => {
      await theirs.running.hub.end('SIGKILL');
      theirs.running.hub = theirs.startHub();
      await answering(theirs.hub, '/hub/api/user');
    });
    await kernel.execute('1 + 1');
    kernel.socket.terminate();
    return taken;
  }
};

export const proxyKilled: Figure = {
  name: 'proxy-killed',
  title: 'proxy killed (JupyterHub: started at once and told its routes), until the kernel answers',
  unit: 's',
  bar: { of: 'ours', atMost: 3 },
  peerName: jupyterhubName,

  async ours(bench) {
    const site = await hub(bench);
    const { pids } = await platform(bench);
    const server = await startServer(site, smallest);
    const { id, socket } = await startKernel(server);
    const taken = await timed(async () => {
      process.kill(pids()['proxy'] ?? -1, 'SIGKILL');
      await running(server, id);
    });
    socket.terminate();
    await stopServer(site);
    return taken;
  },

  async peer(bench) {
    const theirs = await jupyterhub(bench);
    await theirs.startServer();
    const { id, socket } = await startKernel(theirs.server);
    const taken = await timed(async () => {
      await theirs.running.proxy.end('SIGKILL');
      theirs.running.proxy = theirs.startProxy();
      await theirs.tellRoutes();
      await running(theirs.server, id);
    });
    socket.terminate();
    return taken;
  }
};

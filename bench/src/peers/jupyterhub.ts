import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { freePort, serve, type Served } from '../parts/processes.ts';
import { eventually } from '../parts/programs.ts';
import { createSite, good, type Site } from '../parts/web.ts';
import { peers } from './install.ts';

export const jupyterhubName = 'JupyterHub 6.1.1, SimpleLocalProcessSpawner, configurable-http-proxy 5.3.0';

/** A JupyterHub with its proxy as processes of their own, so that each can be killed and started again alone. */
export const jupyterhub = (bench: Bench) =>
  bench.keep('jupyterhub', async () => {
    const { bin, proxy } = await peers(bench);
    const folder = await bench.folder('jupyterhub');
    await bench.folder('jupyterhub', 'home', 'bench');
    const port = await freePort();
    const token = randomBytes(16).toString('hex');
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
      BENCH_PORT: String(port),
      BENCH_FOLDER: folder,
      BENCH_TOKEN: token,
      CONFIGPROXY_AUTH_TOKEN: token
    };
    const hub = createSite(`http://127.0.0.1:${port}`, token);

    const direct = hub.at(`http://127.0.0.1:${port + 1}`);
    const is200 = async (site: Site, method: string, path: string): Promise<boolean> =>
      (await site.send(method, path).catch(() => undefined))?.status === 200;
    const isReady = async (): Promise<true | undefined> => {
      const { servers } = await good<{ servers: Record<string, { ready: boolean }> }>(
        hub.send('GET', '/hub/api/users/bench')
      );
      return servers['']?.ready || undefined;
    };
    const stopServer = async (): Promise<void> => {
      await eventually(
        'the end of JupyterHub’s notebook server',
        async () => {
          const { status } = await hub.send('DELETE', '/hub/api/users/bench/server');
          return status === 204 || status === 404 || undefined;
        },
        60,
        200
      );
    };
    const startProxy = (): Served =>
      serve(
        proxy,
        [
          ...['--ip', '127.0.0.1', '--port', String(port), '--api-ip', '127.0.0.1'],
          ...['--api-port', String(port + 2), '--error-target', `http://127.0.0.1:${port + 1}/hub/error`]
        ],
        { log: join(folder, 'proxy.log'), env }
      );
    const startHub = (): Served =>
      serve(join(bin, 'jupyterhub'), ['-f', join(import.meta.dirname, 'jupyterhub_config.py')], {
        log: join(folder, 'hub.log'),
        env,
        cwd: folder
      });

    const running = { proxy: startProxy(), hub: startHub() };
    await eventually('JupyterHub', async () => (await is200(hub, 'GET', '/hub/api/')) || undefined);
    await hub.send('POST', '/hub/api/users/bench');
    return {
      hub,
      port,
      token,
      running,
      startHub,
      startProxy,
      server: hub.at(`http://127.0.0.1:${port}/user/bench`),

      /** Until the proxy has its routes again, as it forgets them when it ends. */
      tellRoutes: () =>
        eventually('the proxy', async () => (await is200(direct, 'POST', '/hub/api/proxy')) || undefined),

      async startServer(): Promise<void> {
        if ((await isReady()) === true) return;
        await good(hub.send('POST', '/hub/api/users/bench/server', {}));
        // The request has waited for ten seconds; looking often would only slow the hub down.
        await eventually('the notebook server of JupyterHub', isReady, 300, 250);
      },

      stopServer,

      async close(): Promise<void> {
        // A hub that is gone stops nothing, and has to be ended all the same.
        await stopServer().catch(() => undefined);
        await running.hub.end();
        await running.proxy.end();
      }
    };
  });

import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { checkout } from '../hopslab/installation.ts';
import { freePort, serve } from '../parts/processes.ts';
import { eventually } from '../parts/programs.ts';
import { talking } from '../parts/talking.ts';
import { peers } from '../peers/install.ts';

/** A proxy, as its clients see it. */
export interface Front {
  readonly port: number;
  /** What comes before every path. */
  readonly path: string;
  /** What a browser on a page of that origin sends. */
  readonly headers: Readonly<Record<string, string>>;
}

export const chpName = 'configurable-http-proxy 5.3.0, which leaves authentication to what is behind it';

interface Alone {
  readonly port: number;
  readonly origin: string;
  readonly cookie: string;
  readonly certificate: string;
  readonly key: string;
}

const headersOf = (origin: string, path: string, cookie: string) => ({
  Host: origin.replace('https://', ''),
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
  Accept: '*/*',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-US,en;q=0.9',
  Origin: origin,
  Referer: `${origin}${path}/lab`,
  'Sec-Fetch-Dest': 'empty',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Site': 'same-origin',
  Cookie: `${cookie}; _xsrf=2|3f1c8a2b|0123456789abcdef0123456789abcdef|1795300000`
});

const own = (bench: Bench) =>
  bench.keep('proxy alone', async () => {
    const folder = await bench.folder('proxy');
    const socket = join(folder, `${process.pid}.sock`);
    const backend = await talking(join(import.meta.dirname, 'backend.ts'), socket);
    const alone = join(checkout, 'server', 'lib', 'testing', 'proxy-alone.js');
    const proxy = await talking(alone, socket);
    return {
      behind: (backend.told as { port: number }).port,
      proxy: proxy.told as Alone,
      async close(): Promise<void> {
        await proxy.close();
        await backend.close();
      }
    };
  });

/** Our proxy with nothing else of the platform: TLS, the real routing table, a cookie that each request is judged by. */
export const ours = async (bench: Bench): Promise<Front> => {
  const { port, origin, cookie } = (await own(bench)).proxy;
  return { port, path: '', headers: headersOf(origin, '', cookie) };
};

/** JupyterHub's proxy with the same key and certificate, a route as JupyterHub makes it, and the same backend. */
export const theirs = (bench: Bench) =>
  bench.keep('configurable-http-proxy', async () => {
    const { behind, proxy } = await own(bench);
    const program = (await peers(bench)).proxy;
    const [port, api] = [await freePort(), await freePort()];
    const token = 'bench';
    const started = serve(
      program,
      [
        ...['--ip', '127.0.0.1', '--port', String(port), '--api-ip', '127.0.0.1', '--api-port', String(api)],
        ...['--ssl-key', proxy.key, '--ssl-cert', proxy.certificate]
      ],
      {
        log: join(await bench.folder('proxy'), 'peer.log'),
        env: { ...process.env, CONFIGPROXY_AUTH_TOKEN: token }
      }
    );
    const routes = (method: string, path: string, body?: object) =>
      fetch(`http://127.0.0.1:${api}/api/routes${path}`, {
        method,
        headers: { authorization: `token ${token}` },
        ...(body && { body: JSON.stringify(body) })
      });
    await eventually('configurable-http-proxy', () =>
      routes('GET', '').then(
        answer => answer.ok || undefined,
        () => undefined
      )
    );
    const made = await routes('POST', '/user/ada', { target: `http://127.0.0.1:${behind}` });
    if (!made.ok) throw new Error(`configurable-http-proxy answered ${made.status}`);
    const path = '/user/ada';
    const front = { port, path, headers: headersOf(`https://127.0.0.1:${port}`, path, proxy.cookie) };
    return { front, close: () => started.end() };
  });

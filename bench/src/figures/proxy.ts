import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { measured } from '../parts/programs.ts';
import { chpName, ours, theirs, type Front } from '../proxy/front.ts';
import type { Load } from '../parts/load.ts';
import type { Held } from '../proxy/sockets.ts';

const headOf = ({ path, headers }: Front): string =>
  [
    `GET ${path}/api/status HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n'
  ].join('\r\n');

const load = async (front: Front, connections: number): Promise<number> => {
  const given: Load = {
    port: front.port,
    tls: true,
    head: headOf(front),
    connections,
    warmUpMs: 2000,
    ms: 5000,
    expected: 200
  };
  return (await measured<{ perSecond: number }>('parts/load.ts', given)).perSecond;
};

const requests = (connections: number): Figure => ({
  name: `proxy-requests-${connections}`,
  title: `requests of 200 bytes through the proxy, TLS in front, ${connections} kept connections`,
  unit: '1/s',
  bar: { of: 'ratio', atLeast: 1.5, goal: 2 },
  peerName: chpName,
  ours: async bench => load(await ours(bench), connections),
  peer: async bench => load((await theirs(bench)).front, connections)
});

const echo = async (bench: Bench, front: Front): Promise<number> => {
  const given: Held = { front, idle: 500, bytes: 2 ** 30 };
  const { p99, echoes, seconds } = await measured<{ p99: number; echoes: number; seconds: number }>(
    'proxy/sockets.ts',
    given
  );
  bench.log(`${echoes} echoes while 1 GiB passed in ${seconds.toFixed(1)} s`);
  return p99;
};

export const proxyFigures: readonly Figure[] = [
  requests(10),
  requests(50),
  {
    name: 'proxy-echo',
    title: 'echo of a WebSocket at p99, with 500 idle ones, while 1 GiB goes up through the proxy',
    unit: 'ms',
    bar: { of: 'ours', atMost: 50 },
    peerName: chpName,
    ours: async bench => echo(bench, await ours(bench)),
    peer: async bench => echo(bench, (await theirs(bench)).front)
  }
];

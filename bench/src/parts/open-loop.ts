/*
 * Sends a request at fixed times whether or not the last one was answered, and prints the time that 99 in 100 answers
 * stay below, counted from when each was due: who is slow can't hide it by being asked less often.
 */
import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

export interface OpenLoop {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly warmUp: number;
  readonly requests: number;
}

const given = JSON.parse(process.argv[2] ?? '') as OpenLoop;
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
const { port, path, headers } = given;

const ask = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent }, response => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    });
    sent.once('error', reject);
    sent.end();
  });

const began = performance.now();
const times: Promise<number>[] = [];
for (let i = 0; i < given.warmUp + given.requests; i++) {
  const due = began + (i * 1000) / given.perSecond;
  while (performance.now() < due) await pause(due - performance.now());
  times.push(ask().then(() => performance.now() - due));
}
const measured = (await Promise.all(times)).slice(given.warmUp).sort((a, b) => a - b);
const p99 = measured[Math.ceil(measured.length * 0.99) - 1];
process.stdout.write(JSON.stringify({ p99, median: measured[measured.length >> 1] }), () => process.exit(0));

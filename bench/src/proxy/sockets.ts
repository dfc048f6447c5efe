/*
 * Holds WebSockets open, and has one more echo a short text again and again while an upload passes; prints the time of
 * an echo that 99 in 100 stay below. Every WebSocket has to live to the end.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { run } from '../parts/programs.ts';
import type { Front } from './front.ts';

export interface Held {
  readonly front: Front;
  readonly idle: number;
  /** How much passes meanwhile. */
  readonly bytes: number;
}

const { front, idle, bytes } = JSON.parse(process.argv[2] ?? '') as Held;

const open = async (): Promise<WebSocket> => {
  const socket = new WebSocket(`wss://127.0.0.1:${front.port}${front.path}/ws`, {
    rejectUnauthorized: false,
    perMessageDeflate: false,
    headers: front.headers
  });
  await once(socket, 'open');
  return socket;
};

const held: WebSocket[] = [];
while (held.length < idle) held.push(...(await Promise.all(Array.from({ length: 20 }, open))));
const talker = await open();

const echo = async (): Promise<number> => {
  const began = performance.now();
  const answer = once(talker, 'message');
  talker.send('still there?');
  await answer;
  return performance.now() - began;
};
await echo();

const times: number[] = [];
const upload = join(import.meta.dirname, 'upload.ts');
let passing = true as boolean;
const passed = run(process.execPath, ['--no-warnings', upload, JSON.stringify({ front, bytes })]).finally(
  () => {
    passing = false;
  }
);
while (passing) {
  times.push(await echo());
  await pause(2);
}
const { seconds } = JSON.parse(await passed) as { seconds: number };
const lost = held.filter(socket => socket.readyState !== WebSocket.OPEN).length;
if (lost > 0) throw new Error(`${lost} of ${held.length} WebSockets were lost`);
const p99 = times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1];
process.stdout.write(JSON.stringify({ p99, echoes: times.length, seconds }), () => process.exit(0));

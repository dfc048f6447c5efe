import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { devices } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { asHub } from './hostile-steps.js';

/** Every name of an installation is this machine. */
const lookup: LookupFunction = (_name, options, found) => {
  if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};

interface Program {
  readonly ca: Buffer;
  readonly cert?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a program outside is answered, on a connection of its own; 0 where there is no answer at all. */
const statusFor = (url: string, program: Program): Promise<number> =>
  new Promise(resolve => {
    const sent = request(url, { ...program, lookup, agent: false, timeout: 30_000 }, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('timeout', () => {
      sent.destroy();
    });
    sent.on('error', () => {
      resolve(0);
    });
    sent.end();
  });

/** A program that holds an access token of whoever is signed in on this page of the hub. */
export const withToken = async (page: Page, url: string, ca: Buffer): Promise<() => Promise<number>> => {
  const body = { name: 'nightly', scopes: ['read'], project: null, days: 1 };
  const { secret } = await asHub<{ secret: string }>(page, 'POST', '/auth/tokens', body);
  return () => statusFor(url, { ca, headers: { authorization: `Bearer ${secret}` } });
};

/** A program with a certificate of a device of theirs, on the programs' port. */
export const withDevice = async (page: Page, project: string, ca: Buffer): Promise<() => Promise<number>> => {
  const path = `/projects/${project}/devices/phone/certificate`;
  const { url, files } = await asHub<devices.Certificate>(page, 'POST', path, { format: 'pem' });
  const text = (end: string): string =>
    Buffer.from(files.find(({ name }) => name.endsWith(end))?.content ?? '', 'base64').toString();
  const identity = { cert: text('.crt.pem'), key: text('.key.pem') };
  return () => statusFor(`${new URL(url).origin}/api/v1/projects/${project}`, { ca, ...identity });
};

/** How a page is answered by its own origin; 0 where the browser shows no answer. */
export const statusOn = (page: Page, path: string): Promise<number> =>
  page.evaluate(async at => {
    const answer = await fetch(at, { redirect: 'manual' }).catch(() => null);
    return answer?.status ?? 0;
  }, path);

/** Runs a command in a terminal of this page's notebook server, over a WebSocket that the page keeps open. */
export const holdTerminal = async (page: Page, command: string): Promise<void> => {
  await page.evaluate(async line => {
    const made = await fetch('/api/terminals', { method: 'POST' });
    const { name } = (await made.json()) as { name: string };
    const socket = new WebSocket(`wss://${location.host}/terminals/websocket/${name}`);
    const held = globalThis as { closedAt?: number };
    socket.onclose = () => {
      held.closedAt = Date.now();
    };
    await new Promise((resolve, reject) => {
      socket.onmessage = resolve;
      socket.onerror = reject;
    });
    socket.send(JSON.stringify(['stdin', `${line}\r`]));
  }, command);
};

/** When that WebSocket was closed, in ms since 1970; null while it is open. */
export const closedAt = (page: Page): Promise<number | null> =>
  page.evaluate(() => (globalThis as { closedAt?: number }).closedAt ?? null);

/** Whether a process runs on this machine, in whatever sandbox, whose command line is this one. */
export const runs = (...command: readonly string[]): boolean =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .some(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${command.join('\0')}\0`;
      } catch {
        return false;
      }
    });

/** Looks until a way is shut; answers when it was last tried and still open, in ms since 1970. */
export const lastOpen = async (isOpen: () => boolean | Promise<boolean>): Promise<number> => {
  const patience = Date.now() + 60_000;
  let last = 0;
  for (;;) {
    const tried = Date.now();
    if (!(await isOpen())) return last;
    last = tried;
    if (tried > patience) throw new Error('this way is still open');
    await pause(50);
  }
};

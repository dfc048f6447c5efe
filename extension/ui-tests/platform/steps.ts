import { readdirSync, readFileSync } from 'node:fs';
import { admin, auth } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Installation } from './global-setup.js';

export const fillLogin = async (page: Page, username: string, password: string): Promise<void> => {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** Signs in on the hub and waits for the projects. */
export const signIn = async (
  page: Page,
  { url }: Installation,
  { username, password }: { username: string; password: string }
): Promise<void> => {
  await page.goto(url);
  await fillLogin(page, username, password);
  await page.getByRole('heading', { name: 'My projects' }).waitFor();
};

/** Makes a user through the API, as the administrator signed in on the page. */
export const createUser = async (
  page: Page,
  body: { username: string; password: string; displayName: string }
): Promise<void> => {
  const status = await page.evaluate(
    async ({ me, users, user }) => {
      const { csrfToken } = (await (await fetch(me)).json()) as { csrfToken: string };
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrfToken };
      return (await fetch(users, { method: 'POST', headers, body: JSON.stringify(user) })).status;
    },
    { me: `/api/v1${auth.me.path}`, users: `/api/v1${auth.createUser.path}`, user: body }
  );
  if (status !== 201) throw new Error(`creating ${body.username} was answered ${status}`);
};

/** Kills a service as a crash would; answers once another process has taken its place. */
export const crash = async (hub: Page, name: string): Promise<void> => {
  const pidOf = async (): Promise<number | undefined> => {
    const services = await hub.evaluate(async path => {
      const answer = await fetch(path).catch(() => null);
      return answer?.ok ? ((await answer.json()) as admin.Ready).services : [];
    }, admin.ready.path);
    return services.find(service => service.name === name && service.state === 'ready')?.pid;
  };
  const before = await pidOf();
  if (before === undefined) throw new Error(`${name} is not running`);
  process.kill(before, 'SIGKILL');
  await expect.poll(pidOf, { timeout: 20_000 }).not.toSatisfy(pid => pid === undefined || pid === before);
};

/** A process's file in /proc; empty where it has ended. */
const told = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
};

/** Kills an executor in a sandbox of this platform as a lack of memory would. */
export const endExecutor = async ({ data }: Installation): Promise<void> => {
  const isExecutor = (pid: string): boolean =>
    told(pid, 'cmdline').includes('CoarseGrainedExecutorBackend') &&
    told(pid, 'mountinfo').includes(`${data}/scratch/`);
  const end = (): boolean => {
    const pid = readdirSync('/proc').find(name => /^\d+$/.test(name) && isExecutor(name));
    return pid !== undefined && process.kill(Number(pid), 'SIGKILL');
  };
  await expect.poll(end, { timeout: 60_000 }).toBe(true);
};

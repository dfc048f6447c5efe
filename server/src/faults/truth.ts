import type { admin, quota } from '@hopslab/schema';
import { expect } from 'vitest';
import type { Installation } from './installation.js';
import { until } from './patience.js';
import type { Person } from './person.js';
import { lives, sandboxed, type Process } from './processes.js';
import { sandboxFolders, type Workplace } from './workplace.js';

/** All services answer and say so. */
export const expectHealthy = async (at: Installation, person: Person): Promise<void> => {
  await until('platform that is ready', async () => {
    const { status, body } = await person.line.send(`${at.url}/ready`);
    return status === 200 && (body as admin.Ready).ready;
  });
  expect((await person.me()).user.name).toBe(person.name);
};

/** Nothing of a sandbox that has ended is left: no process, no folder with its sockets, no lease. */
export const expectNothingLeft = async (
  at: Installation,
  person: Person,
  { path }: Workplace,
  before: readonly Process[]
): Promise<void> => {
  const left = () => [...before.filter(lives), ...sandboxed(at.data)].map(({ command }) => command);
  await until('end of all processes', () => left().length === 0, 30_000).catch(() => {
    expect(left()).toEqual([]);
  });
  await until('removal of the folder', () => sandboxFolders(at).length === 0, 30_000).catch(() => {
    expect(sandboxFolders(at)).toEqual([]);
  });
  const { items } = await person.ask<{ items: quota.Lease[] }>(`${path}/leases`);
  expect(items).toEqual([]);
};

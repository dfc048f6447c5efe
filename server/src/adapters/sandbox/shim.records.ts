import { open, readFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SandboxStatus } from '../../ports/sandbox.js';

const State = z.object({
  phase: z.enum(['starting', 'running']),
  pid: z.int().min(2),
  /** The sandbox's process 1, seen from outside. */
  first: z.int().min(2).nullable().default(null),
  startTime: z.string(),
  bootId: z.string(),
  memory: z.number().optional(),
  groups: z.array(z.string()).default([]),
  at: z.string()
});
const Exit = z.object({
  code: z.int(),
  reason: z.string().nullable(),
  asked: z.boolean(),
  endedAt: z.iso.datetime()
});

export interface ShimOwner {
  readonly uid: number;
}

/** Reads a record that a shim wrote; its folder is the sandbox identity's, so a link there is not followed. */
const read = async <S extends z.ZodType>(
  folder: string,
  name: string,
  schema: S
): Promise<z.output<S> | undefined> => {
  try {
    const file = await open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return schema.parse(JSON.parse(await file.readFile('utf8')));
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Whether that very process lives: a pid alone may be another one's by now, or a lie. */
const lives = async (state: z.output<typeof State>, owner: ShimOwner): Promise<boolean> => {
  try {
    const [boot, stat, status] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${state.pid}/stat`, 'utf8'),
      readFile(`/proc/${state.pid}/status`, 'utf8')
    ]);
    // The name in parentheses may hold anything; the fields begin after the last one, with the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    return (
      boot.trim() === state.bootId && fields[0] !== 'Z' && fields[19] === state.startTime && uid === owner.uid
    );
  } catch {
    return false;
  }
};

/** What a shim's folder says; `absent` where no shim has written there yet. */
export const statusIn = async (folder: string, owner: ShimOwner): Promise<SandboxStatus> => {
  const state = await read(folder, 'state.json', State);
  const alive = state !== undefined && (await lives(state, owner));
  // The exit record is read after looking at the process: one that has just ended has written it.
  const exit = await read(folder, 'exit.json', Exit);
  if (exit && !alive)
    return { state: 'ended', code: exit.code, reason: exit.reason, at: new Date(exit.endedAt) };
  if (!state) return { state: 'absent' };
  if (alive) return { state: state.phase, pid: state.pid };
  return {
    state: 'ended',
    code: null,
    reason: 'It was ended from outside, or the machine was restarted.',
    at: new Date()
  };
};

/** A shim that lives and the process 1 of its sandbox, once its command runs. */
export const processesIn = async (
  folder: string,
  owner: ShimOwner
): Promise<{ readonly shim: number; readonly first: number } | undefined> => {
  const state = await read(folder, 'state.json', State);
  if (state?.phase !== 'running' || state.first === null || !(await lives(state, owner))) return undefined;
  return { shim: state.pid, first: state.first };
};

/** What a shim has told of its limits: folders of its control groups, and the bytes of memory that are in force. */
export const limitsIn = async (
  folder: string
): Promise<{ readonly groups: readonly string[]; readonly memory: number | undefined }> => {
  const state = await read(folder, 'state.json', State);
  return { groups: state?.groups ?? [], memory: state?.memory };
};

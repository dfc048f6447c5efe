import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Gpu } from '../../ports/workplace.js';

const run = promisify(execFile);
const patience = 10_000;
const driver = '/proc/driver/nvidia/gpus';

/** Reads `nvidia-smi -L`: one line for each, `GPU 0: NVIDIA H100 (UUID: ...)`. */
export const parseGpus = (listed: string): Gpu[] =>
  [...listed.matchAll(/^GPU (\d+): (.+?) \(UUID: ([\w-]+)\)/gm)].map(([, index, type, id]) => ({
    index: Number(index),
    type: type ?? '',
    id: id ?? ''
  }));

/** The machine's GPUs, or why there are none. */
export const listGpus = async (): Promise<{ gpus: Gpu[]; reason: string | null }> => {
  try {
    const gpus = parseGpus((await run('nvidia-smi', ['-L'], { timeout: patience })).stdout);
    return { gpus, reason: gpus.length > 0 ? null : 'NVIDIA’s driver finds no GPU in this machine.' };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      gpus: [],
      reason: missing
        ? 'This machine has no NVIDIA GPU, or its driver is not installed.'
        : 'NVIDIA’s driver does not answer on this machine.'
    };
  }
};

/** The numbers of device nodes by UUID, as the driver tells them: they need not follow nvidia-smi's order. */
const minorsIn = async (folder: string): Promise<ReadonlyMap<string, number>> => {
  const minors = new Map<string, number>();
  for (const name of await readdir(folder).catch(() => [])) {
    const told = await readFile(join(folder, name, 'information'), 'utf8').catch(() => '');
    const id = /^GPU UUID:\s*(\S+)/m.exec(told)?.[1];
    const minor = /^Device Minor:\s*(\d+)/m.exec(told)?.[1];
    if (id !== undefined && minor !== undefined) minors.set(id, Number(minor));
  }
  return minors;
};

/** Device nodes that go with some GPUs; those of the driver itself only with one of them. */
export const devicesOf = async (gpus: readonly Gpu[], folder = driver): Promise<string[]> => {
  if (gpus.length === 0) return [];
  const minors = await minorsIn(folder);
  return [
    ...['/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/nvidia-uvm-tools'],
    ...gpus.map(gpu => `/dev/nvidia${String(minors.get(gpu.id) ?? gpu.index)}`)
  ];
};

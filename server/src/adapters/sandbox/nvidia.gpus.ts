import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Gpu } from '../../ports/workplace.js';

const run = promisify(execFile);
const patience = 10_000;

/** Reads `nvidia-smi -L`: one line for each, `GPU 0: NVIDIA H100 (UUID: ...)`. */
export const parseGpus = (listed: string): Gpu[] =>
  [...listed.matchAll(/^GPU (\d+): (.+?) \(UUID: /gm)].map(([, index, type]) => ({
    index: Number(index),
    type: type ?? ''
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

export const devicesOf = (indexes: readonly number[]): string[] =>
  indexes.length === 0
    ? []
    : [
        ...['/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/nvidia-uvm-tools'],
        ...indexes.map(index => `/dev/nvidia${String(index)}`)
      ];

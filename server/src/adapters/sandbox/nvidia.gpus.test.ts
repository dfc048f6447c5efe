import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachineGpus } from './machine.gpus.js';
import { devicesOf, listGpus, parseGpus } from './nvidia.gpus.js';

const listed =
  'GPU 0: NVIDIA H200 (UUID: GPU-1)\n  MIG 1g.18gb Device 0: (UUID: MIG-2)\nGPU 1: NVIDIA L4 (UUID: GPU-3)\n';
const gpus = parseGpus(listed);

describe('GPUs', () => {
  it('are read from what nvidia-smi lists', () => {
    expect(gpus).toEqual([
      { index: 0, type: 'NVIDIA H200', id: 'GPU-1' },
      { index: 1, type: 'NVIDIA L4', id: 'GPU-3' }
    ]);
  });

  it('that are none come with a reason', async () => {
    const { gpus: found, reason } = await listGpus();
    expect(reason === null).toBe(found.length > 0);
  });

  it('bring their own device nodes only, and none without a lease of one', async () => {
    expect(await devicesOf([])).toEqual([]);
    const nodes = await devicesOf(gpus.slice(1), '/nowhere');
    expect(nodes).toContain('/dev/nvidia1');
    expect(nodes).not.toContain('/dev/nvidia0');
  });

  it('bring the node that the driver has given them, whatever their place in the list', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hg-'));
    for (const [id, minor] of [
      ['GPU-1', 1],
      ['GPU-3', 0]
    ] as const) {
      mkdirSync(join(folder, id));
      writeFileSync(
        join(folder, id, 'information'),
        `Model: \t\t NVIDIA\nGPU UUID: \t ${id}\nDevice Minor: \t ${String(minor)}\n`
      );
    }
    expect(await devicesOf(gpus.slice(0, 1), folder)).toContain('/dev/nvidia1');
    expect(await devicesOf(gpus.slice(1), folder)).toContain('/dev/nvidia0');
    rmSync(folder, { recursive: true });
  });
});

describe('pretended GPUs', () => {
  const machine = createMachineGpus([
    { type: 'NVIDIA A100', count: 2 },
    { type: 'NVIDIA T4', count: 1 }
  ]);

  it('say what they are', async () => {
    expect((await machine.gpus()).gpus).toEqual([
      { index: 0, type: 'NVIDIA A100 (pretended)', id: 'GPU-pretended-0' },
      { index: 1, type: 'NVIDIA A100 (pretended)', id: 'GPU-pretended-1' },
      { index: 2, type: 'NVIDIA T4 (pretended)', id: 'GPU-pretended-2' }
    ]);
  });

  it('have ids and no device nodes', async () => {
    expect(await machine.access([2, 0])).toEqual({
      devices: [],
      ids: ['GPU-pretended-2', 'GPU-pretended-0']
    });
  });

  it('that were leased and are gone are a fault in words', async () => {
    await expect(machine.access([3])).rejects.toThrow(/GPU 3 of your lease is not in this machine/);
  });
});

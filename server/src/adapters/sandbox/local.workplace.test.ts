import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalWorkplace } from './local.workplace.js';

const work = 'lib/python3.11/site-packages/pyspark/work';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workplace-'));
  for (const name of ['lab', `base/${work}`]) await mkdir(join(folder, name), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const mounted = async (): Promise<Map<string, { source: string; writable: boolean }>> => {
  const workplace = createLocalWorkplace({
    environments: folder,
    scratch: join(folder, 'scratch'),
    serverConfig: '/dev/null',
    forwarder: '/dev/null',
    identity: undefined
  });
  const mounts = await workplace.mountsFor('atlas__ada');
  return new Map(mounts.map(({ target, ...mount }) => [target, mount]));
};

describe('what a sandbox has mounted', () => {
  it('has TensorFlow’s environment only where it is installed', async () => {
    const before = await mounted();
    expect([...before.keys()]).toEqual([
      '/opt/hopslab/lab',
      '/opt/hopslab/base',
      `/opt/hopslab/base/${work}`,
      '/scratch'
    ]);
    await mkdir(join(folder, 'tensorflow', work), { recursive: true });
    const now = await mounted();
    expect(now.get('/opt/hopslab/tensorflow')?.writable).toBe(false);
    expect(now.get(`/opt/hopslab/tensorflow/${work}`)).toEqual(now.get(`/opt/hopslab/base/${work}`));
  });

  it('may write to its scratch folder and to Spark’s, and to no environment', async () => {
    const writable = [...(await mounted())].filter(([, mount]) => mount.writable);
    for (const [, { source }] of writable) expect(source).toContain('/scratch/atlas__ada/');
  });
});

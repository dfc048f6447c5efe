import type { Role } from '@hopslab/schema';
import { projectUserOf } from '../../platform/actor.js';
import type { SandboxSpec } from '../../ports/sandbox.js';
import type { Workplace } from '../../ports/workplace.js';
import { mountsOf, type DatasetMount } from './notebooks.mounts.js';
import { memoryOf } from './notebooks.memory.js';
import { wayOut } from './notebooks.egress.js';
import type { RunRow } from './notebooks.store.js';

export interface LaunchDeps {
  readonly workplace: Workplace;
  readonly datasetMounts: (project: string, role: Role) => Promise<readonly DatasetMount[]>;
  /** Whether who begins in a role has a way to the internet. */
  readonly opensEgress: (project: string, role: Role) => Promise<boolean>;
  /** Minutes without use after which kernels and then the server end by themselves. */
  readonly idleMinutes: number;
  /** Minutes without use after which a kernel gives the executors back. */
  readonly sparkIdleMinutes: number;
  /** For tests: another server than JupyterLab. */
  readonly command?: readonly string[];
}

const lab = '/opt/hopslab/lab';
const base = '/opt/hopslab/base';
const jupyterlab = [`${lab}/bin/python`, '-m', 'hopslab_server'];

const environmentOf = (
  run: RunRow,
  gpus: readonly string[],
  { workplace: { javaHome }, idleMinutes, sparkIdleMinutes }: LaunchDeps
): Record<string, string> => ({
  PATH: `${base}/bin:${lab}/bin:/usr/local/bin:/usr/bin:/bin`,
  HOME: '/scratch/home',
  LANG: 'C.UTF-8',
  SHELL: '/bin/bash',
  USER: projectUserOf(run.project, run.username),
  JUPYTER_PATH: `${base}/share/jupyter:/opt/hopslab/tensorflow/share/jupyter`,
  HOPSLAB_PROJECT: run.project,
  HOPSLAB_USER: run.username,
  HOPSLAB_API_SOCKET: '/run/hopslab/api.sock',
  HOPSLAB_EXECUTORS: String(run.executors),
  HOPSLAB_CORES: String(run.cores),
  HOPSLAB_MEMORY: String(run.memory),
  HOPSLAB_GPUS: String(run.gpus),
  HOPSLAB_SCRATCH: '/scratch',
  HOPSLAB_IDLE_MINUTES: String(idleMinutes),
  HOPSLAB_SPARK_IDLE_MINUTES: String(sparkIdleMinutes),
  HOPSLAB_GPU_IDS: gpus.join(','),
  // Executors have theirs for themselves; only without any they are the kernel's.
  CUDA_VISIBLE_DEVICES: run.executors > 0 ? '' : gpus.join(','),
  SPARK_LOCAL_IP: '127.0.0.1',
  PYSPARK_PYTHON: `${base}/bin/python`,
  ...(javaHome === undefined ? {} : { JAVA_HOME: javaHome })
});

/** What the sandbox of a run is to be. */
export const createLaunch =
  (deps: LaunchDeps) =>
  async (run: RunRow): Promise<SandboxSpec> => {
    const { workplace, datasetMounts, opensEgress, command = jupyterlab } = deps;
    const projectUser = projectUserOf(run.project, run.username);
    const [machine, datasets, config, gpus, out] = await Promise.all([
      workplace.mountsFor(projectUser),
      datasetMounts(run.project, run.role),
      workplace.serverConfig(),
      workplace.access(run.gpu_indexes),
      opensEgress(run.project, run.role).then(async open =>
        open ? wayOut(await workplace.forwarder()) : null
      )
    ]);
    return {
      id: run.id,
      projectUser,
      command: [...(out?.command ?? []), ...command],
      env: { ...environmentOf(run, gpus.ids, deps), ...out?.env },
      mounts: mountsOf(machine, datasets),
      files: { '/etc/jupyter/jupyter_server_config.py': config, ...out?.files },
      devices: gpus.devices,
      memory: memoryOf(run)
    };
  };

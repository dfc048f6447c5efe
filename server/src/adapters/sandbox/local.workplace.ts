import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, realpath } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { SandboxFault, type Mount } from '../../ports/sandbox.js';
import type { Workplace } from '../../ports/workplace.js';
import { answersOn } from './socket.probe.js';
import { createMachineGpus, type PretendedGpus } from './machine.gpus.js';

export interface LocalWorkplaceOptions {
  /** Folder of the environments `lab` and `base`, and of `tensorflow` where it is installed. */
  readonly environments: string;
  /** Folder of all projectUsers' scratch folders. */
  readonly scratch: string;
  readonly serverConfig: string;
  /** The program that carries connections from a port inside to a unix socket. */
  readonly forwarder: string;
  readonly identity: { readonly uid: number; readonly gid: number } | undefined;
  readonly pretendedGpus?: readonly PretendedGpus[] | undefined;
}

const jvms = '/usr/lib/jvm';

const findJava = (): string | undefined => {
  if (!existsSync(jvms)) return undefined;
  const name = readdirSync(jvms)
    .filter(each => /^java-17-.*-(amd64|arm64)$/.test(each))
    .sort()[0];
  return name === undefined ? undefined : join(jvms, name);
};

/** Spark's workers insist on a folder inside the read-only environment. */
const sparkWorkIn = (base: string): string | undefined =>
  existsSync(join(base, 'lib'))
    ? readdirSync(join(base, 'lib'))
        .map(python => join('lib', python, 'site-packages', 'pyspark', 'work'))
        .find(path => existsSync(join(base, path)))
    : undefined;

/** This machine: Debian's Java, environments below one folder, NVIDIA's GPUs. */
export const createLocalWorkplace = (options: LocalWorkplaceOptions): Workplace => {
  const { identity } = options;

  /** Two folders of a projectUser. Only what lies in them is theirs, so no part of these paths can become a link. */
  const scratchOf = async (projectUser: string): Promise<{ files: string; sparkWork: string }> => {
    const folder = join(await realpath(options.scratch), projectUser);
    const own = { files: join(folder, 'files'), sparkWork: join(folder, 'spark-work') };
    for (const path of [folder, own.files, own.sparkWork]) {
      await mkdir(path, { recursive: true });
      if (identity) await chown(path, identity.uid, identity.gid);
      await chmod(path, 0o700);
    }
    return own;
  };

  const environment = async (name: string): Promise<string> => {
    try {
      return await realpath(join(options.environments, name));
    } catch (cause) {
      throw new SandboxFault(`The environment ${name} is not installed on this machine.`, { cause });
    }
  };

  return {
    javaHome: findJava(),
    machine: { cores: availableParallelism(), memory: totalmem() },
    ...createMachineGpus(options.pretendedGpus),
    answers: answersOn,
    serverConfig: () => readFile(options.serverConfig, 'utf8'),
    forwarder: () => readFile(options.forwarder, 'utf8'),

    async mountsFor(projectUser) {
      const [lab, base] = await Promise.all([environment('lab'), environment('base')]);
      const heavy = await environment('tensorflow').catch(() => undefined);
      await mkdir(options.scratch, { recursive: true });
      const { files, sparkWork } = await scratchOf(projectUser);
      /** An environment for kernels, and where Spark wants to write in it. */
      const forKernels = (name: string, source: string): Mount[] => {
        const target = `/opt/hopslab/${name}`;
        const work = sparkWorkIn(source);
        return [
          { source, target, writable: false },
          ...(work === undefined
            ? []
            : [{ source: sparkWork, target: join(target, work), writable: true, own: true }])
        ];
      };
      return [
        { source: lab, target: '/opt/hopslab/lab', writable: false },
        ...forKernels('base', base),
        ...(heavy === undefined ? [] : forKernels('tensorflow', heavy)),
        { source: files, target: '/scratch', writable: true, own: true }
      ];
    }
  };
};

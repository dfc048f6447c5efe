import type { Mount } from './sandbox.js';

export interface Gpu {
  readonly index: number;
  readonly type: string;
  /** What CUDA knows it by, wherever it is seen from: numbers change with what else is seen. */
  readonly id: string;
}

/** What a machine offers to notebook servers beside isolation. */
export interface Workplace {
  /** What every sandbox has mounted: environments, and the projectUser's own folder as `/scratch`. */
  mountsFor(projectUser: string): Promise<Mount[]>;
  /** Where Java is inside a sandbox; undefined where the machine has none. */
  readonly javaHome: string | undefined;
  /** The notebook server's configuration: its text, for `/etc/jupyter`. */
  serverConfig(): Promise<string>;
  /** The program that carries connections from a port inside to a unix socket, then becomes its command: its text. */
  forwarder(): Promise<string>;
  /** Cores and bytes of memory of the machine. */
  readonly machine: { readonly cores: number; readonly memory: number };
  /** Its GPUs; where there is none, why, in words for the person. */
  gpus(): Promise<{ readonly gpus: readonly Gpu[]; readonly reason: string | null }>;
  /** What a sandbox needs to use some of its GPUs: device nodes, and their ids. A SandboxFault where one is gone. */
  access(
    indexes: readonly number[]
  ): Promise<{ readonly devices: readonly string[]; readonly ids: readonly string[] }>;
  /** Whether a notebook server answers on a unix socket; no link is followed to it. */
  answers(socket: string): Promise<boolean>;
}

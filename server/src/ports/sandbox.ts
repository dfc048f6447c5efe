/** A folder of the host that a sandbox sees. No part of `source` may be one that a sandbox can write or is a link. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
  /** Belongs to the projectUser alone: what it holds is measured and limited. */
  readonly own?: boolean;
}

export interface SandboxSpec {
  /** Unique for ever; names the sandbox to the platform. Letters, digits and dashes, short: socket paths are. */
  readonly id: string;
  /** `project__user`: who the processes inside are, to themselves. */
  readonly projectUser: string;
  readonly command: readonly string[];
  /** Everything the command gets; nothing of the platform's own environment is passed on. No secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Small read-only files inside, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Device nodes of the host that it may use. */
  readonly devices?: readonly string[];
  /** Bytes of memory of all its processes; where it needs more the sandbox ends, with a reason in words. */
  readonly memory: number;
  /** Seconds between being asked to end and being ended. */
  readonly grace?: number;
}

/** What is known of a sandbox. `ended` stays until it is forgotten. */
export type SandboxStatus =
  | { readonly state: 'absent' }
  | { readonly state: 'starting' | 'running'; readonly pid: number }
  | {
      readonly state: 'ended';
      /** Exit code of the command, negative for a signal; null where nobody saw it end. */
      readonly code: number | null;
      /** In words for the person, where it did not end by itself or by being asked. */
      readonly reason: string | null;
      readonly at: Date;
    };

/** Folders where the two sides meet. */
export interface Channels {
  /** The platform's socket, seen inside as `/run/hopslab/api.sock`. */
  readonly api: string;
  /** Where the sandbox's servers listen, seen inside as `/run/web`. Everything in it is the sandbox's: follow no link. */
  readonly web: string;
}

/** Why a sandbox could not be set up, in words for the person. */
export class SandboxFault extends Error {
  override readonly name = 'SandboxFault';
}

/**
 * Runs a user's code as one projectUser, shut off from everything but what its specification names. A sandbox does
 * not depend on the process that started it: any later one finds it by its id. Safe for concurrent use by one process.
 */
export interface Sandbox {
  /** Where the folders of its channels are or will be. */
  channelsOf(id: string): Channels;
  /** Makes those folders, so that the platform can listen before it starts. Idempotent. */
  prepare(id: string): Promise<Channels>;
  /**
   * Starts it; resolves when its command runs. Does nothing where it has been started before.
   * Rejects with a SandboxFault where it cannot be set up.
   */
  start(spec: SandboxSpec): Promise<void>;
  /**
   * Asks it to end and ends it after its grace, or ends it at once; resolves when no process of it is left. Fine
   * where there is none.
   */
  stop(id: string, how?: 'gently' | 'at once'): Promise<void>;
  /**
   * Sets the bytes of memory that it may hold for the rest of its life; where it holds more for seconds, it ends with
   * a reason. Resolves when that is in force, or after seconds in which it is not. Fine where there is none.
   */
  resize(id: string, memory: number): Promise<void>;
  status(id: string): Promise<SandboxStatus>;
  /** The folders of the host that it has mounted now, as the kernel says; none where it does not run. */
  mounts(id: string): Promise<readonly Pick<Mount, 'target' | 'writable'>[]>;
  /**
   * Bytes that it has written to disks so far, into whatever folders, what it made and removed again too; 0 where it
   * does not run.
   */
  written(id: string): Promise<number>;
  /**
   * Takes folders out of it while it runs: what has a file or its place in one is ended, the rest goes on. Resolves
   * when nobody inside has them any more: `out`, or `ended` where that could only be had by ending the sandbox. Fine
   * where there is none, or none of the folders.
   */
  unmount(id: string, targets: readonly string[]): Promise<'out' | 'ended'>;
  /**
   * Takes writing into folders from it while it runs: what has a file open to write there is ended, the rest goes on and
   * reads. Resolves when nobody inside can write there any more: `read-only`, or `ended` where that could only be had by
   * ending the sandbox. Fine where there is none, or none of the folders.
   */
  makeReadOnly(id: string, targets: readonly string[]): Promise<'read-only' | 'ended'>;
  /** Ids of all that were prepared and not forgotten. */
  list(): Promise<string[]>;
  /** Removes what is kept of one that has ended or was never started. */
  forget(id: string): Promise<void>;
}

import type { FileHandle } from 'node:fs/promises';

/**
 * How the API server has the proxy send or write a file of its own accord, so that its bytes do not pass two processes.
 * The proxy says that it can. For a download the server answers with a head and the words which file, and holds the file
 * for as long as that answer, which has no body, stays open: what ends the answer ends the download. Of an upload the
 * proxy says how many bytes it is about to send and sends none; the server answers provisionally (102) which file they
 * are to be written to, and once that is done the proxy ends the request; where it cannot, with the error's code. Both headers are only ever spoken
 * between the two: the proxy takes them out of what comes from anywhere else, and of what goes out.
 */
export const canTakeFiles = 'x-hopslab-takes-files';
export const handedFile = 'x-hopslab-file';

/** A file that its holder keeps open. */
export interface HeldFile {
  /** Leads to the very file that is held, whatever has become of its name. */
  readonly path: string;
  /** As long as it is held no other file of the machine has the same. */
  readonly identity: string;
}

/** The part of it that is to be sent. */
export interface HandedFile extends HeldFile {
  /** The first byte and the last. */
  readonly start: number;
  readonly end: number;
}

export const identityOf = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string =>
  `${dev}:${ino}`;

/** What is said of a file that is open in this process. */
export const heldFile = async (file: FileHandle): Promise<HeldFile> => ({
  path: `/proc/${process.pid}/fd/${file.fd}`,
  identity: identityOf(await file.stat({ bigint: true }))
});

/** What writes all of a file that is held for it. */
export type Filling = (file: HeldFile) => Promise<void>;

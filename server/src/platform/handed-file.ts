/**
 * How the API server has the proxy send a file of its own accord, so that its bytes do not pass two processes: the proxy
 * says that it can, the server answers with a head and the words which file, and holds the file for as long as that
 * answer, which has no body, stays open. What ends the answer ends the download. Both headers are only ever spoken
 * between the two: the proxy takes them out of what comes from anywhere else, and of what goes out.
 */
export const canTakeFiles = 'x-hopslab-takes-files';
export const handedFile = 'x-hopslab-file';

/** A file that its holder keeps open, and the part of it that is to be sent. */
export interface HandedFile {
  /** Leads to the very file that is held, whatever has become of its name. */
  readonly path: string;
  /** As long as it is held no other file of the machine has the same. */
  readonly identity: string;
  /** The first byte and the last. */
  readonly start: number;
  readonly end: number;
}

export const identityOf = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string =>
  `${dev}:${ino}`;

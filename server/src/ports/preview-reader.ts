/** A file that is held open by whoever asks; read where it lies, without a copy. */
export interface PreviewedFile {
  /** What people call it; its ending tells how to read it where its content does not. */
  readonly name: string;
  /** Where it lay when it was opened. */
  readonly path: string;
  /** What tells it from every other file of this machine while it is held open. */
  readonly identity: string;
}

/** What is asked of it. */
export interface PreviewQuestion {
  readonly ask: 'page' | 'statistics';
  readonly offset: number;
  readonly limit: number;
  readonly column: number;
  readonly columns: number;
}

export type PreviewFaultCode = 'unsupported' | 'failed' | 'too-large' | 'changed';

/** Why a file cannot be shown, in words for people. */
export class PreviewFault extends Error {
  override readonly name = 'PreviewFault';
  constructor(
    readonly code: PreviewFaultCode,
    words: string
  ) {
    super(words);
  }
}

/**
 * Reads the beginning of data files that may be made to break, or to take over, whatever reads them: shut off from
 * everything but the one file, with little memory and time.
 */
export interface PreviewReader {
  /**
   * Answers a question about a file, as the reader says it: to be checked like everything that comes from a user.
   * Rejects with a `PreviewFault`, and where `signal` aborts; then nothing of the reading is left.
   */
  read(file: PreviewedFile, question: PreviewQuestion, signal: AbortSignal): Promise<unknown>;
  /** Ends what a server that died has left; only while nothing is read. */
  sweep(): Promise<void>;
}

/** Follows what somebody's browser is sent. */
export interface Watch {
  /** Bytes that one answer may have. */
  readonly mostBytes: number;
  /** Told of every piece, once it is sent. */
  readonly sent: (bytes: number) => void;
}

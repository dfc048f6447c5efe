/** Why nothing is connected, in words for whoever reads what their program prints: plain ASCII, one line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: 400 | 403 | 429 | 502 | 503 | 504,
    message: string,
    /** What the journal calls it; what it does not tell of has none. */
    readonly code?: 'role' | 'off' | 'archived' | 'host' | 'port'
  ) {
    super(message);
  }
}

import { readFileSync } from 'node:fs';

/** A clock that nobody sets, that stands still while the machine sleeps, and that all processes of one boot share. */
export interface Uptime {
  /** Which start of the machine it counts from: times of different boots cannot be compared. */
  readonly boot: string;
  /** Milliseconds. */
  now(): number;
}

/** This machine's own (Linux: CLOCK_MONOTONIC). */
export const machineUptime = (): Uptime => ({
  boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  now: () => Number(process.hrtime.bigint() / 1_000_000n)
});

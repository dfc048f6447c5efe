import { goodCertificatesQuery } from '../domains/devices/devices.store.js';
import { devicesChannel } from '../domains/devices/devices.channel.js';
import type { Logger } from '../platform/logger.js';
import { watchQuery } from '../platform/watched-query.js';

/** The devices' certificates that are good, by their SHA-256 in hexadecimal. */
export interface DeviceTable {
  has(fingerprint: string): boolean;
  /** Whether it was ever read. */
  readonly known: boolean;
  /** Reads the table again now. */
  refresh(): Promise<void>;
  /** Called after every change. */
  onChange(listener: () => void): void;
}

export const createDeviceTable = (deps: {
  readonly url: string;
  readonly logger: Logger;
  readonly pollMs?: number;
}): DeviceTable & { close(): Promise<void> } => {
  const listeners: (() => void)[] = [];
  let good: ReadonlySet<string> = new Set();
  const watched = watchQuery<{ fingerprint: string }>({
    ...deps,
    name: 'the table of devices',
    text: goodCertificatesQuery,
    channels: [devicesChannel],
    accept: rows => {
      good = new Set(rows.map(row => row.fingerprint));
      for (const listener of listeners) listener();
    }
  });
  return {
    has: fingerprint => good.has(fingerprint),
    get known() {
      return watched.known;
    },
    refresh: watched.refresh,
    onChange: listener => void listeners.push(listener),
    close: watched.close
  };
};

import { isIP, isIPv4 } from 'node:net';
import { Refusal } from './refusal.js';

export interface Destination {
  /** A name in lower case without a dot at its end, or an address. */
  readonly host: string;
  readonly port: number;
}

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** What some programs take for a number, and with it for an address: 2130706433, 0x7f.1. */
const numeric = /^(\d+|0x[0-9a-f]*)$/;

const isName = (host: string): boolean => {
  const labels = host.split('.');
  return (
    host.length <= 253 &&
    labels.length > 1 &&
    labels.every(each => label.test(each)) &&
    !numeric.test(labels.at(-1) ?? '')
  );
};

/** What a CONNECT asks for: `name:port`, `192.0.2.1:port` or `[2001:db8::1]:port`, in the one way to write it. */
export const destinationOf = (target: string): Destination => {
  const [, six, other, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(target) ?? [];
  const host = (six ?? other ?? '').toLowerCase().replace(/\.$/, '');
  const port = Number(digits);
  const good = six === undefined ? isIPv4(host) || isName(host) : isIP(host) === 6;
  if (good && port > 0 && port < 65_536) return { host, port };
  throw new Refusal(400, 'what is asked for is no host name or address with a port');
};

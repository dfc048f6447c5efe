import { pino, type Logger } from 'pino';

export type { Logger };

const redact = { paths: ['req.headers.authorization', 'req.headers.cookie', '*.password'], remove: true };

/** Standard output; a full disk costs lines, never the process. */
const output = () =>
  pino.destination({ fd: process.stdout.fd, sync: true, maxLength: 2 ** 20 }).on('error', () => undefined);

/** JSON lines on standard output. ERROR means that a person must act now. Secrets are never passed to it. */
export const createLogger = (name: string, level: string): Logger => pino({ name, level, redact }, output());

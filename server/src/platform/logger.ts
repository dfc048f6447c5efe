import { pino, type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output. ERROR means that a person must act now. Secrets are never passed to it. */
export const createLogger = (name: string, level: string): Logger =>
  pino({
    name,
    level,
    redact: { paths: ['req.headers.authorization', 'req.headers.cookie', '*.password'], remove: true }
  });

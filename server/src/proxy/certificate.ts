import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { Logger } from '../platform/logger.js';

export interface CertificateFiles {
  /** PEM: the leaf first, then what leads to the root. */
  readonly certificate: string;
  readonly key: string;
}

const read = ({ certificate, key }: CertificateFiles) => ({
  cert: readFileSync(certificate),
  key: readFileSync(key)
});

/** Gives the server the certificate as it is now; a pair that does not fit leaves the one in use. */
export const reloadCertificate = (server: Server, files: CertificateFiles, logger: Logger): boolean => {
  try {
    server.setSecureContext({ ...read(files), minVersion: 'TLSv1.2' });
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'the TLS certificate could not be read; the one in use stays');
    return false;
  }
};

/** Follows a renewed certificate; answers how to stop. The key is written first, so the certificate is what is watched. */
export const watchCertificate = (
  server: Server,
  files: CertificateFiles,
  logger: Logger,
  everyMs = 5000
): (() => void) => {
  const changed = () => {
    if (reloadCertificate(server, files, logger)) logger.info('the TLS certificate was read again');
  };
  watchFile(files.certificate, { interval: everyMs, persistent: false }, changed);
  return () => unwatchFile(files.certificate, changed);
};

export const readCertificate = read;

import { constants } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { Logger } from '../platform/logger.js';

export interface CertificateFiles {
  /** PEM: the leaf first, then what leads to the root. */
  readonly certificate: string;
  readonly key: string;
  /** Where clients are asked for a certificate: the roots, PEM, that theirs has to come from. */
  readonly clientRoots?: string;
}

const read = ({ certificate, key, clientRoots }: CertificateFiles) => ({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ...(clientRoots !== undefined && { ca: readFileSync(clientRoots) })
});

/**
 * What a listener speaks TLS with. Where clients are asked for a certificate no session is resumed, so that each
 * connection shows its own.
 */
export const secureContextOf = (files: CertificateFiles) => ({
  ...read(files),
  minVersion: 'TLSv1.2' as const,
  ...(files.clientRoots !== undefined && { secureOptions: constants.SSL_OP_NO_TICKET })
});

/** Gives the server the certificate as it is now; a pair that does not fit leaves the one in use. */
export const reloadCertificate = (server: Server, files: CertificateFiles, logger: Logger): boolean => {
  try {
    server.setSecureContext(secureContextOf(files));
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
  const watched = [files.certificate, ...(files.clientRoots === undefined ? [] : [files.clientRoots])];
  for (const path of watched) watchFile(path, { interval: everyMs, persistent: false }, changed);
  return () => {
    for (const path of watched) unwatchFile(path, changed);
  };
};

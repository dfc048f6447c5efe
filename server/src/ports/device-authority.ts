import type { devices } from '@hopslab/schema';

/** A certificate and its private key, PEM. */
export interface IssuedCertificate {
  /** Hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the certificate's bytes. */
  readonly fingerprint: Buffer;
  readonly certificate: string;
  /** What leads from it to the authority's root, without the root. */
  readonly chain: string;
  readonly key: string;
  readonly expiresAt: Date;
}

/** A file for whoever installs the certificate. */
export interface KeyFile {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Vouches for applications outside. A certificate says who somebody claims to be; whether that is still so is looked
 * up at each request, so nothing has to be asked of the authority to revoke one.
 */
export interface DeviceAuthority {
  /** A new key and its certificate, subject `O=project, CN=user__device`, for `certificateDays`. Keeps neither. */
  issue(subject: { readonly project: string; readonly name: string }): Promise<IssuedCertificate>;
  /** The same in the format asked for; `name` is what its files are called. A key store has its password. */
  pack(
    issued: IssuedCertificate,
    name: string,
    format: (typeof devices.formats)[number],
    password: string | undefined
  ): Promise<KeyFile[]>;
}

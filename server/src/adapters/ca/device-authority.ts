import { X509Certificate } from 'node:crypto';
import type { DeviceAuthority } from '../../ports/device-authority.js';
import { createDeviceLeaf } from './device-certificate.js';
import { ensureDeviceAuthority, readIssuing, readServerRoot } from './device-authority-files.js';
import { packCertificate } from './key-files.js';
import { createKeyPool } from './key-pool.js';

export interface LocalDeviceAuthorityDeps {
  readonly data: string;
  /** What the issuing key is encrypted with. */
  readonly passphrase: string;
}

/** The installation's own authority: it reads its key when it signs, and keeps it no longer. */
export const createLocalDeviceAuthority = ({
  data,
  passphrase
}: LocalDeviceAuthorityDeps): DeviceAuthority => {
  const keys = createKeyPool();

  const issuing = async () => {
    const there = await readIssuing(data, passphrase);
    if (there) return there;
    await ensureDeviceAuthority(data, passphrase);
    return readIssuing(data, passphrase);
  };

  return {
    async issue(subject) {
      const [signer, pair] = await Promise.all([issuing(), keys.take()]);
      if (!signer) throw new Error('there is no issuing key for devices');
      const certificate = await createDeviceLeaf(signer, subject, pair.publicKey, new Date());
      const read = new X509Certificate(certificate);
      return {
        serial: read.serialNumber,
        fingerprint: Buffer.from(read.fingerprint256.replaceAll(':', ''), 'hex'),
        certificate,
        chain: signer.certificate,
        key: pair.privateKey,
        expiresAt: read.validToDate
      };
    },
    pack: async (...what) => packCertificate(await readServerRoot(data), ...what)
  };
};

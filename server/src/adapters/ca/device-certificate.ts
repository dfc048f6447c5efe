import { randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { devices } from '@hopslab/schema';
import forge from 'node-forge';
import { blank, subject } from './certificate.js';

const signAway = promisify(sign) as unknown as (
  hash: string,
  data: Buffer,
  key: KeyObject
) => Promise<Buffer>;

/** What forge has and its types do not. */
const { getTBSCertificate } = forge.pki as unknown as {
  getTBSCertificate: (certificate: forge.pki.Certificate) => forge.asn1.Asn1;
};

/** Native and off the event loop: node-forge's own signing would hold every request up. */
const signed = async (certificate: forge.pki.Certificate, key: KeyObject): Promise<string> => {
  const oid = forge.pki.oids['sha256WithRSAEncryption'] ?? '';
  certificate.signatureOid = oid;
  certificate.siginfo.algorithmOid = oid;
  const unsigned = getTBSCertificate(certificate);
  certificate.tbsCertificate = unsigned;
  const bytes = Buffer.from(forge.asn1.toDer(unsigned).getBytes(), 'latin1');
  certificate.signature = (await signAway('sha256', bytes, key)).toString('latin1');
  return forge.pki.certificateToPem(certificate);
};

const authorityDays = 3650;
const issuingDays = 365;

/** Who signs: a certificate and its key. */
export interface Signer {
  readonly certificate: string;
  readonly key: KeyObject;
}

const byIssuer = (issuer: forge.pki.Certificate) => ({
  name: 'authorityKeyIdentifier',
  keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes()
});

const authorityUse = { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true };

/** A root that vouches for programs' certificates and for no server. */
export const createDeviceRoot = (publicKey: string, key: KeyObject, now: Date): Promise<string> => {
  const root = blank(publicKey, authorityDays, now);
  const name = subject(`Hopslab devices ${randomBytes(4).toString('hex')}`);
  root.setSubject(name);
  root.setIssuer(name);
  root.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 1 },
    authorityUse,
    { name: 'extKeyUsage', clientAuth: true },
    { name: 'subjectKeyIdentifier' }
  ]);
  return signed(root, key);
};

/** What signs devices day by day, so that the root's key can lie elsewhere. */
export const createIssuing = (root: Signer, publicKey: string, now: Date): Promise<string> => {
  const issuer = forge.pki.certificateFromPem(root.certificate);
  const issuing = blank(publicKey, issuingDays, now);
  issuing.setSubject(subject(`Hopslab devices, issuing ${randomBytes(4).toString('hex')}`));
  issuing.setIssuer(issuer.subject.attributes);
  issuing.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    authorityUse,
    { name: 'extKeyUsage', clientAuth: true },
    { name: 'subjectKeyIdentifier' },
    byIssuer(issuer)
  ]);
  return signed(issuing, root.key);
};

/** A device's own: good for showing who it is, nothing else. */
export const createDeviceLeaf = (
  issuing: Signer,
  of: { readonly project: string; readonly name: string },
  publicKey: string,
  now: Date
): Promise<string> => {
  const issuer = forge.pki.certificateFromPem(issuing.certificate);
  const leaf = blank(publicKey, devices.certificateDays, now);
  leaf.setSubject(subject(of.name, of.project));
  leaf.setIssuer(issuer.subject.attributes);
  leaf.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', clientAuth: true },
    { name: 'subjectKeyIdentifier' },
    byIssuer(issuer)
  ]);
  return signed(leaf, issuing.key);
};

import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { nameConstraints } from './name-constraints.js';

const makePair = promisify(generateKeyPair);
const day = 86_400_000;
const rootDays = 3650;
const leafDays = 397;

/** A certificate and its private key, both PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** Native, because node-forge takes seconds for what OpenSSL does in a tenth of one. */
const newKey = () =>
  makePair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  });

export const blank = (publicKey: string, days: number, now: Date): forge.pki.Certificate => {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A leading zero bit: serial numbers are positive.
  certificate.serialNumber = `0${randomBytes(16).toString('hex').slice(1)}`;
  certificate.validity.notBefore = new Date(now.getTime() - day);
  certificate.validity.notAfter = new Date(now.getTime() + days * day);
  return certificate;
};

/** Organisation first, then the name, in this order. */
export const subject = (commonName: string, organization = 'Hopslab'): forge.pki.CertificateField[] => [
  { name: 'organizationName', value: organization },
  { name: 'commonName', value: commonName }
];

const signed = (certificate: forge.pki.Certificate, key: string): string => {
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
};

/** The installation's root: it can vouch for names below `domains` and for loopback, and for nothing else. */
export const createRoot = async (domains: readonly string[], now = new Date()): Promise<Certified> => {
  const { publicKey, privateKey } = await newKey();
  const certificate = blank(publicKey, rootDays, now);
  const name = subject(`Hopslab installation ${randomBytes(4).toString('hex')}`);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
    nameConstraints(domains)
  ]);
  return { certificate: signed(certificate, privateKey), key: privateKey };
};

/** The hub's certificate, good for every notebook origin below it too. */
export const createLeaf = async (root: Certified, base: string, now = new Date()): Promise<Certified> => {
  const { publicKey, privateKey } = await newKey();
  const issuer = forge.pki.certificateFromPem(root.certificate);
  const certificate = blank(publicKey, leafDays, now);
  certificate.setSubject(subject(base));
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: base },
        { type: 2, value: `*.${base}` },
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' }
      ]
    }
  ]);
  return { certificate: signed(certificate, root.key), key: privateKey };
};

import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createLeaf, createRoot, type Certified } from './certificate.js';
import { readIfThere, write } from './files.js';

const renewWithinMs = 30 * 86_400_000;

/** Where the certificates lie in a data folder. */
export const certificatePaths = (data: string) => ({
  /** Public: what people and programs trust. */
  root: join(data, 'ca.pem'),
  rootKey: join(data, 'secrets', 'ca.key'),
  /** What the proxy serves with. */
  leaf: join(data, 'secrets', 'tls', 'server.crt'),
  leafKey: join(data, 'secrets', 'tls', 'server.key')
});

const readPair = async (certificate: string, key: string): Promise<Certified | undefined> => {
  const [first, second] = [await readIfThere(certificate), await readIfThere(key)];
  return first === undefined || second === undefined ? undefined : { certificate: first, key: second };
};

/** Says whether a certificate is still good for these names, this root and another month. */
const holds = (leaf: Certified, root: Certified, base: string, now: Date): boolean => {
  const [read, issuer] = [new X509Certificate(leaf.certificate), new X509Certificate(root.certificate)];
  return (
    read.validToDate.getTime() - now.getTime() > renewWithinMs &&
    read.verify(issuer.publicKey) &&
    read.checkHost(`x.${base}`) !== undefined &&
    read.checkIP('127.0.0.1') !== undefined
  );
};

/** Sees to it that the data folder holds a root and a leaf for `base`; says whether the leaf is a new one. */
export const ensureCertificates = async (
  data: string,
  base: string,
  now = new Date()
): Promise<{ renewed: boolean }> => {
  const paths = certificatePaths(data);
  let root = await readPair(paths.root, paths.rootKey);
  if (!root) {
    root = await createRoot(base.endsWith('.localhost') ? ['localhost'] : ['localhost', base], now);
    // The key first: a root without its key would be of no use.
    await write(paths.rootKey, root.key, 0o600);
    await write(paths.root, root.certificate, 0o644);
  }
  const present = await readPair(paths.leaf, paths.leafKey);
  if (present && holds(present, root, base, now)) return { renewed: false };
  const leaf = await createLeaf(root, base, now);
  // The proxy watches the certificate and then reads both.
  await write(paths.leafKey, leaf.key, 0o600);
  await write(paths.leaf, leaf.certificate + root.certificate, 0o600);
  return { renewed: true };
};

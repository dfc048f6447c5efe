import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { devices } from '@hopslab/schema';
import { readIfThere, write } from './files.js';
import { createDeviceRoot, createIssuing, type Signer } from './device-certificate.js';
import { newKeyPair } from './key-pool.js';

const day = 86_400_000;
const renewWithinMs = 60 * day;

/** Where the devices' authority lies in a data folder. */
export const deviceAuthorityPaths = (data: string) => ({
  /** Public: the roots that the programs' port trusts, the newest first. */
  roots: join(data, 'devices-ca.pem'),
  /** May lie elsewhere: it is needed once a year. */
  rootKey: join(data, 'secrets', 'devices', 'root.key'),
  issuing: join(data, 'secrets', 'devices', 'issuing.crt'),
  issuingKey: join(data, 'secrets', 'devices', 'issuing.key')
});

const split = (bundle: string): string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\r?\n?/g) ?? [];

const encrypted = (key: string, passphrase: string): string =>
  createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();

const decrypt = (text: string, passphrase: string, path: string) => {
  try {
    return createPrivateKey({ key: text, passphrase });
  } catch (cause) {
    throw new Error(`${path} cannot be read with the secret that HOPSLAB_CA_KEY_SECRET_FILE names`, {
      cause
    });
  }
};

const signer = async (path: string, certificate: string, passphrase: string): Promise<Signer | undefined> => {
  const text = await readIfThere(path);
  return text === undefined ? undefined : { certificate, key: decrypt(text, passphrase, path) };
};

/** Makes a root and puts it before those that are trusted already. */
const addRoot = async (data: string, passphrase: string, before: readonly string[], now: Date) => {
  const paths = deviceAuthorityPaths(data);
  const pair = await newKeyPair();
  const root = await createDeviceRoot(pair.publicKey, createPrivateKey(pair.privateKey), now);
  // The key first: a root without its key would be of no use.
  await write(paths.rootKey, encrypted(pair.privateKey, passphrase), 0o600);
  await write(paths.roots, [root, ...before].join(''), 0o644);
  return [root, ...before];
};

const makeIssuing = async (data: string, passphrase: string, root: string, now: Date): Promise<void> => {
  const paths = deviceAuthorityPaths(data);
  const authority = await signer(paths.rootKey, root, passphrase);
  if (!authority)
    throw new Error(
      `the devices' issuing key has to be renewed: put the root's key back at ${paths.rootKey}`
    );
  const pair = await newKeyPair();
  const issuing = await createIssuing(authority, pair.publicKey, now);
  await write(paths.issuingKey, encrypted(pair.privateKey, passphrase), 0o600);
  await write(paths.issuing, issuing, 0o644);
};

/** After a new root has been there for as long as a certificate lives, nobody has one of an older root's any more. */
const stillNeeded = (roots: readonly string[], now: Date): string[] => {
  const [newest] = roots;
  if (newest === undefined || roots.length === 1) return [...roots];
  const made = new X509Certificate(newest).validFromDate.getTime() + day;
  return now.getTime() - made > (devices.certificateDays + 1) * day ? [newest] : [...roots];
};

/** Days left before the issuing certificate has to be another, and whether it comes from this root. */
const issuingHolds = (issuing: string | undefined, root: string, now: Date): boolean => {
  if (issuing === undefined) return false;
  const read = new X509Certificate(issuing);
  return (
    read.validToDate.getTime() - now.getTime() > renewWithinMs &&
    read.verify(new X509Certificate(root).publicKey)
  );
};

/** Sees to it that the data folder holds a root and an issuing key for devices; changes nothing that is good. */
export const ensureDeviceAuthority = async (
  data: string,
  passphrase: string,
  now = new Date()
): Promise<void> => {
  const paths = deviceAuthorityPaths(data);
  let roots = split((await readIfThere(paths.roots)) ?? '');
  const needed = stillNeeded(roots, now);
  if (needed.length < roots.length) await write(paths.roots, needed.join(''), 0o644);
  roots = needed.length > 0 ? needed : await addRoot(data, passphrase, [], now);
  const [root = ''] = roots;
  if (!issuingHolds(await readIfThere(paths.issuing), root, now))
    await makeIssuing(data, passphrase, root, now);
};

/** Who signs devices now; undefined where there is none yet. */
export const readIssuing = async (data: string, passphrase: string): Promise<Signer | undefined> => {
  const paths = deviceAuthorityPaths(data);
  const issuing = await readIfThere(paths.issuing);
  return issuing === undefined ? undefined : signer(paths.issuingKey, issuing, passphrase);
};

/** A new root and issuing key; certificates of the old ones stay good until they end, two weeks at most. */
export const rotateDeviceAuthority = async (
  data: string,
  passphrase: string,
  now = new Date()
): Promise<void> => {
  // Throws where this is not the secret that the server has: it could not read the new keys.
  await readIssuing(data, passphrase);
  const before = split((await readIfThere(deviceAuthorityPaths(data).roots)) ?? '');
  const [root = ''] = await addRoot(data, passphrase, before, now);
  await makeIssuing(data, passphrase, root, now);
};

/** The root that people's programs trust the server by; empty where the operator brought a certificate. */
export const readServerRoot = async (data: string): Promise<string> =>
  (await readIfThere(join(data, 'ca.pem'))) ?? '';

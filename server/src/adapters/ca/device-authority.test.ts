import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IssuedCertificate } from '../../ports/device-authority.js';
import { createLocalDeviceAuthority } from './device-authority.js';
import {
  deviceAuthorityPaths,
  ensureDeviceAuthority,
  rotateDeviceAuthority
} from './device-authority-files.js';
import { createKeyPool } from './key-pool.js';

const day = 86_400_000;
const passphrase = 'what the operator has chosen';
const password = 'store password';
let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'hopslab-devices-'));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

const paths = () => deviceAuthorityPaths(data);
const authority = (secret = passphrase) => createLocalDeviceAuthority({ data, passphrase: secret });
const issue = () => authority().issue({ project: 'atlas', name: 'ada__phone' });
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(data, name), content);
  return join(data, name);
};
/** What OpenSSL says of a certificate, trusting the bundle as the programs' port does. */
const verified = ({ certificate, chain }: IssuedCertificate, roots = paths().roots): string => {
  const leaf = file('leaf.pem', certificate);
  const untrusted = file('chain.pem', chain);
  const how = ['verify', '-purpose', 'sslclient', '-CAfile', roots, '-untrusted', untrusted, leaf];
  return execFileSync('openssl', how, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
};

describe('a certificate of the devices’ authority', () => {
  it('leads to its root, by way of the issuing key', async () => {
    const issued = await issue();
    expect(verified(issued)).toContain('OK');
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(issued.fingerprint.toString('hex')).toBe(
      certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    );
  });

  it('is no server’s', async () => {
    const { certificate, chain } = await issue();
    const [leaf, untrusted] = [file('leaf.pem', certificate), file('chain.pem', chain)];
    const how = ['verify', '-purpose', 'sslserver', '-CAfile', paths().roots, '-untrusted', untrusted, leaf];
    expect(() => execFileSync('openssl', how, { stdio: 'pipe' })).toThrow(/unsuitable certificate purpose/);
  });

  it('takes names of thirty characters each', async () => {
    const [project, user, name] = ['p', 'u', 'd'].map(letter => letter.repeat(30)) as [
      string,
      string,
      string
    ];
    const { certificate } = await authority().issue({ project, name: `${user}__${name}` });
    expect(new X509Certificate(certificate).subject).toBe(`O=${project}\nCN=${user}__${name}`);
  });
});

describe('the authority’s keys', () => {
  it('rest encrypted, and for their owner only', async () => {
    await ensureDeviceAuthority(data, passphrase);
    for (const key of [paths().rootKey, paths().issuingKey]) {
      expect(readFileSync(key, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
      expect(statSync(key).mode & 0o777).toBe(0o600);
    }
    await expect(authority('another secret').issue({ project: 'atlas', name: 'ada__phone' })).rejects.toThrow(
      /cannot be read with the secret/
    );
  });

  it('stay as they are while they are good', async () => {
    await ensureDeviceAuthority(data, passphrase);
    const before = readFileSync(paths().issuing, 'utf8');
    await ensureDeviceAuthority(data, passphrase, new Date(Date.now() + 200 * day));
    expect(readFileSync(paths().issuing, 'utf8')).toBe(before);
  });

  it('are renewed under the same root, whose key may lie elsewhere until then', async () => {
    await ensureDeviceAuthority(data, passphrase);
    const root = readFileSync(paths().roots, 'utf8');
    const elsewhere = join(data, 'elsewhere');
    renameSync(paths().rootKey, elsewhere);
    expect(verified(await issue())).toContain('OK');
    const late = new Date(Date.now() + 320 * day);
    await expect(ensureDeviceAuthority(data, passphrase, late)).rejects.toThrow(/put the root's key back/);
    renameSync(elsewhere, paths().rootKey);
    const before = readFileSync(paths().issuing, 'utf8');
    await ensureDeviceAuthority(data, passphrase, late);
    expect(readFileSync(paths().roots, 'utf8')).toBe(root);
    const after = new X509Certificate(readFileSync(paths().issuing));
    expect(after.toString()).not.toBe(before);
    expect(after.verify(new X509Certificate(root).publicKey)).toBe(true);
  });
});

describe('a rotation', () => {
  it('makes new certificates come from a new root, while those of the old one are good until they end', async () => {
    const before = await issue();
    const oldRoot = file('old-root.pem', readFileSync(paths().roots));
    await rotateDeviceAuthority(data, passphrase);
    const after = await issue();
    expect(readFileSync(paths().roots, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    for (const one of [before, after]) expect(verified(one)).toContain('OK');
    expect(() => verified(after, oldRoot)).toThrow(/unable to get|verification failed/);

    await ensureDeviceAuthority(data, passphrase, new Date(Date.now() + 10 * day));
    expect(verified(before)).toContain('OK');
    await ensureDeviceAuthority(data, passphrase, new Date(Date.now() + 16 * day));
    expect(verified(after)).toContain('OK');
    expect(() => verified(before)).toThrow(/unable to get|verification failed/);
  });

  it('with another secret than the keys rest under changes nothing', async () => {
    const before = await issue();
    const kept = () => Object.values(paths()).map(path => readFileSync(path, 'utf8'));
    const files = kept();
    await expect(rotateDeviceAuthority(data, 'another secret')).rejects.toThrow(
      /cannot be read with the secret/
    );
    expect(kept()).toEqual(files);
    expect(verified(before)).toContain('OK');
    expect(verified(await issue())).toContain('OK');
  });
});

describe('a certificate’s files', () => {
  const fileOf = async (format: 'pem' | 'p12' | 'jks', end: string, secret?: string) => {
    writeFileSync(join(data, 'ca.pem'), (await issue()).chain);
    const issued = await issue();
    const files = await authority().pack(issued, 'atlas__ada__phone', format, secret);
    const found = files.find(({ name }) => name.endsWith(end));
    return { issued, path: file(`phone${end}`, found?.content ?? ''), names: files.map(({ name }) => name) };
  };

  it('are PEM, with the key under a password where one was given', async () => {
    const { path, issued, names } = await fileOf('pem', '.key.pem');
    expect(names).toEqual([
      'atlas__ada__phone.key.pem',
      'atlas__ada__phone.crt.pem',
      'ca.pem',
      'atlas__ada__phone.curl'
    ]);
    expect(readFileSync(path, 'utf8')).toBe(issued.key);
    const hidden = readFileSync((await fileOf('pem', '.key.pem', password)).path, 'utf8');
    expect(hidden).toMatch(/^-----BEGIN ENCRYPTED/);
    expect(createPrivateKey({ key: hidden, passphrase: password }).asymmetricKeyType).toBe('rsa');
  });

  it('are PKCS#12 that OpenSSL reads, under AES-256 and SHA-256', async () => {
    const { path, issued } = await fileOf('p12', '.p12', password);
    const secret = file('secret', password);
    const read = execFileSync(
      'openssl',
      ['pkcs12', '-in', path, '-passin', `file:${secret}`, '-noenc', '-info'],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe']
      }
    );
    expect(read.replace(/\s/g, '')).toContain(issued.key.replace(/-----.*-----|\s/g, ''));
    expect(read.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    const bytes = readFileSync(path);
    const oids = { aes256: '60864801650304012a', hmacSha256: '2a864886f70d0209' };
    for (const oid of Object.values(oids)) expect(bytes.toString('hex')).toContain(oid);
  });

  // Java is what the platform's Spark runs on, so its keytool is there.
  it.each([
    ['p12', '.p12', 'PKCS12'],
    ['jks', '.jks', 'JKS']
  ] as const)('are %s that Java reads, with its chain', async (format, end, type) => {
    const { path, issued } = await fileOf(format, end, password);
    const secret = file('secret', password);
    const keytool = (...more: string[]) =>
      execFileSync('keytool', [...more, '-keystore', path, '-storetype', type, '-storepass:file', secret], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe']
      });
    const told = keytool('-list', '-v', '-alias', 'atlas__ada__phone');
    expect(told).toContain('Entry type: PrivateKeyEntry');
    expect(told).toContain('Certificate chain length: 2');
    expect(told).toContain('Owner: CN=ada__phone, O=atlas');
    // Java only signs a request with a key that it could decrypt.
    expect(keytool('-certreq', '-alias', 'atlas__ada__phone', '-keypass:file', secret)).toContain(
      'BEGIN NEW CERTIFICATE REQUEST'
    );
    if (format === 'jks') expect(keytool('-list')).toContain('trustedCertEntry');
    expect(issued.serial).not.toBe('');
  });

  it('are refused to who has another password', async () => {
    const { path } = await fileOf('jks', '.jks', password);
    const wrong = file('wrong', 'another password');
    expect(() =>
      execFileSync('keytool', ['-list', '-keystore', path, '-storetype', 'JKS', '-storepass:file', wrong], {
        stdio: 'pipe'
      })
    ).toThrow();
    expect(existsSync(path)).toBe(true);
  });
});

describe('the pool of keys', () => {
  it('makes keys before somebody waits for one, and gives each once', async () => {
    let made = 0;
    const pool = createKeyPool(2, () => Promise.resolve({ publicKey: '', privateKey: String(++made) }));
    expect(pool.size).toBe(0);
    const first = await pool.take();
    await expect.poll(() => pool.size).toBe(2);
    const others = await Promise.all([pool.take(), pool.take(), pool.take()]);
    expect(new Set([first, ...others].map(pair => pair.privateKey)).size).toBe(4);
  });

  it('tells who takes one why none can be made', async () => {
    const pool = createKeyPool(2, () => Promise.reject(new Error('no entropy')));
    await expect(pool.take()).rejects.toThrow('no entropy');
  });
});

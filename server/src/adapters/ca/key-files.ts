import { createPrivateKey, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import type { DeviceAuthority, IssuedCertificate, KeyFile } from '../../ports/device-authority.js';
import { writeJks } from './jks.js';

/** Iterations of PKCS#12’s key derivations, as OpenSSL makes them; node-forge takes some ten milliseconds for these. */
const iterations = 2048;

const certificatesIn = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];

const der = (pem: string): Buffer => new X509Certificate(pem).raw;

/** AES-256 under PBKDF2 with HMAC-SHA-256 (RFC 8018); its check of integrity is SHA-1's, which all readers know. */
const pkcs12 = (issued: IssuedCertificate, name: string, password: string): Buffer => {
  const options = {
    algorithm: 'aes256' as const,
    prfAlgorithm: 'sha256',
    count: iterations,
    saltSize: 16,
    friendlyName: name
  };
  const chain = [issued.certificate, ...certificatesIn(issued.chain)].map(pem =>
    forge.pki.certificateFromPem(pem)
  );
  const store = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(issued.key), chain, password, options);
  return Buffer.from(forge.asn1.toDer(store).getBytes(), 'latin1');
};

const jks = (issued: IssuedCertificate, name: string, password: string, trusted: readonly string[]): Buffer =>
  writeJks(
    {
      alias: name,
      key: createPrivateKey(issued.key).export({ type: 'pkcs8', format: 'der' }),
      chain: [issued.certificate, ...certificatesIn(issued.chain)].map(der),
      trusted: trusted.map((pem, i) => ({ alias: `hopslab-${i}`, certificate: der(pem) }))
    },
    password
  );

const encrypted = (key: string, password: string): string =>
  createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password })
    .toString();

/** What Java's own TLS is told by `-D` or a properties file. */
const properties = (store: string, type: string, trust: boolean): string =>
  [
    '# For Java: the password is the one you chose, and is not written here.',
    `javax.net.ssl.keyStore=${store}`,
    `javax.net.ssl.keyStoreType=${type}`,
    ...(trust ? [`javax.net.ssl.trustStore=${store}`, `javax.net.ssl.trustStoreType=${type}`] : []),
    ''
  ].join('\n');

const curlConfig = (name: string): string =>
  `# curl --config ${name}.curl https://...\ncert = "${name}.crt.pem"\nkey = "${name}.key.pem"\ncacert = "ca.pem"\n`;

/**
 * The files of a certificate. `trusted` is PEM: what the programs' port shows itself by; none where the operator's own
 * certificate stands there.
 */
export const packCertificate = (
  trusted: string,
  ...[issued, name, format, password]: Parameters<DeviceAuthority['pack']>
): KeyFile[] => {
  const file = (as: string, content: string | Buffer): KeyFile => ({
    name: as,
    content: Buffer.from(content)
  });
  const authority = trusted === '' ? [] : [file('ca.pem', trusted)];
  if (format === 'pem') {
    const key = password === undefined ? issued.key : encrypted(issued.key, password);
    return [
      file(`${name}.key.pem`, key),
      file(`${name}.crt.pem`, issued.certificate + issued.chain),
      ...authority,
      file(`${name}.curl`, curlConfig(name))
    ];
  }
  if (password === undefined) throw new Error('a key store needs a password');
  if (format === 'p12')
    return [
      file(`${name}.p12`, pkcs12(issued, name, password)),
      ...authority,
      file(`${name}.properties`, properties(`${name}.p12`, 'PKCS12', false))
    ];
  return [
    file(`${name}.jks`, jks(issued, name, password, certificatesIn(trusted))),
    file(`${name}.properties`, properties(`${name}.jks`, 'JKS', trusted !== ''))
  ];
};

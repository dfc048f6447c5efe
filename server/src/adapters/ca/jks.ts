import { createHash, randomBytes } from 'node:crypto';
import forge from 'node-forge';

/*
 * Java's own key store, as `sun.security.provider.JavaKeyStore` and `KeyProtector` write it: no library does, and the
 * JDK's keytool is not everywhere. Its protection is weak by today's measure; PKCS#12 is what Java itself prefers.
 */

const sha1 = (...parts: Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();

/** Java's chars are UTF-16, the high byte first. */
const passwordBytes = (password: string): Buffer => Buffer.from(password, 'utf16le').swap16();

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'ascii');
  return Buffer.concat([int(bytes.length).subarray(2), bytes]);
};

const block = (bytes: Buffer): Buffer => Buffer.concat([int(bytes.length), bytes]);

const certificateEntry = (der: Buffer): Buffer => Buffer.concat([text('X.509'), block(der)]);

/** A key stream of chained digests, and a check of the plain key behind it. */
const protect = (key: Buffer, password: Buffer): Buffer => {
  const salt = randomBytes(20);
  const stream: Buffer[] = [];
  for (let last: Buffer = salt, length = 0; length < key.length; length += last.length) {
    last = sha1(password, last);
    stream.push(last);
  }
  const mask = Buffer.concat(stream);
  const hidden = Buffer.from(key.map((byte, i) => byte ^ (mask[i] ?? 0)));
  return Buffer.concat([salt, hidden, sha1(password, key)]);
};

const protectorOid = '1.3.6.1.4.1.42.2.17.1.1';

const encryptedKeyInfo = (hidden: Buffer): Buffer => {
  const { asn1 } = forge;
  const make = (type: forge.asn1.Type, constructed: boolean, value: string | forge.asn1.Asn1[]) =>
    asn1.create(asn1.Class.UNIVERSAL, type, constructed, value);
  const algorithm = make(asn1.Type.SEQUENCE, true, [
    make(asn1.Type.OID, false, asn1.oidToDer(protectorOid).getBytes()),
    make(asn1.Type.NULL, false, '')
  ]);
  const info = make(asn1.Type.SEQUENCE, true, [
    algorithm,
    make(asn1.Type.OCTETSTRING, false, hidden.toString('latin1'))
  ]);
  return Buffer.from(asn1.toDer(info).getBytes(), 'latin1');
};

export interface JksContents {
  readonly alias: string;
  /** PKCS#8, DER. */
  readonly key: Buffer;
  /** DER, the key's own first. */
  readonly chain: readonly Buffer[];
  /** What Java shall trust, by alias. */
  readonly trusted: readonly { readonly alias: string; readonly certificate: Buffer }[];
}

/** A JKS file, version 2, with one private key and the certificates to trust. */
export const writeJks = ({ alias, key, chain, trusted }: JksContents, password: string): Buffer => {
  const secret = passwordBytes(password);
  const now = Date.now();
  const keyEntry = [
    int(1),
    text(alias),
    long(now),
    block(encryptedKeyInfo(protect(key, secret))),
    int(chain.length),
    ...chain.map(certificateEntry)
  ];
  const trustedEntries = trusted.flatMap(each => [
    int(2),
    text(each.alias),
    long(now),
    certificateEntry(each.certificate)
  ]);
  const store = Buffer.concat([
    int(0xfeedfeed),
    int(2),
    int(1 + trusted.length),
    ...keyEntry,
    ...trustedEntries
  ]);
  return Buffer.concat([store, sha1(secret, Buffer.from('Mighty Aphrodite', 'utf8'), store)]);
};

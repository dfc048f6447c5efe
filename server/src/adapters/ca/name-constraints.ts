import forge from 'node-forge';

const { asn1 } = forge;
const dnsName = 2;
const address = 7;
const permittedSubtrees = 0;

const tagged = (tag: number, constructed: boolean, value: string | forge.asn1.Asn1[]): forge.asn1.Asn1 =>
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a context's tags are numbers of its own
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, constructed, value);
const sequence = (...parts: forge.asn1.Asn1[]): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts);

/** RFC 5280, 4.2.1.10: whoever trusts this root trusts it for these domains and 127.0.0.0/8 only. */
export const nameConstraints = (domains: readonly string[]) => {
  const loopback = tagged(address, false, String.fromCharCode(127, 0, 0, 0, 255, 0, 0, 0));
  const names = [...domains.map(domain => tagged(dnsName, false, domain)), loopback];
  const permitted = tagged(
    permittedSubtrees,
    true,
    names.map(name => sequence(name))
  );
  return { id: '2.5.29.30', critical: true, value: asn1.toDer(sequence(permitted)).getBytes() };
};

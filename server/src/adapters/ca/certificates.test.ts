import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLeaf } from './certificate.js';
import { certificatePaths, ensureCertificates } from './certificate-files.js';

const base = 'hopslab-9100.localhost';
const day = 86_400_000;
let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'hopslab-ca-'));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

const text = (path: string) => readFileSync(path, 'utf8');
const paths = () => certificatePaths(data);

/** Asks a TLS server that has the leaf, as a client that trusts the root alone; answers the status or the fault. */
const visit = async (certificate: string, key: string, servername: string): Promise<number | string> => {
  const server = createServer({ cert: certificate, key }, (_, response) => response.end('hello'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        servername,
        headers: { host: servername },
        ca: text(paths().root),
        agent: false
      };
      const asked = request(options, response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', error => resolve(error.message));
      asked.on('timeout', () => reject(new Error('no answer')));
      asked.end();
    });
  } finally {
    server.close();
  }
};

describe('the certificates of an installation', () => {
  it('are good for the hub, every notebook origin and loopback', async () => {
    await ensureCertificates(data, base);
    const { leaf, leafKey } = paths();
    for (const name of [base, `abcdefgh.${base}`, 'localhost'])
      expect(await visit(text(leaf), text(leafKey), name)).toBe(200);
    expect(new X509Certificate(text(leaf)).checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(await visit(text(leaf), text(leafKey), 'deep.under.' + base)).toMatch(
      /does not match certificate/
    );
  });

  it('come from a root that cannot vouch for any other name', async () => {
    await ensureCertificates(data, base);
    const root = { certificate: text(paths().root), key: text(paths().rootKey) };
    const stolen = await createLeaf(root, 'bank.example.org');
    expect(await visit(stolen.certificate, stolen.key, 'bank.example.org')).toMatch(
      /permitted subtree violation/
    );
  });

  it('stay as they are until they must be renewed', async () => {
    const now = new Date('2026-01-01T00:00:00Z');
    expect(await ensureCertificates(data, base, now)).toEqual({ renewed: true });
    const root = text(paths().root);
    expect(await ensureCertificates(data, base, new Date(now.getTime() + 300 * day))).toEqual({
      renewed: false
    });
    expect(await ensureCertificates(data, base, new Date(now.getTime() + 370 * day))).toEqual({
      renewed: true
    });
    expect(await ensureCertificates(data, 'other.localhost', new Date(now.getTime() + 371 * day))).toEqual({
      renewed: true
    });
    expect(text(paths().root)).toBe(root);
  });

  it('are renewed when the root is another', async () => {
    await ensureCertificates(data, base);
    rmSync(paths().root);
    expect(await ensureCertificates(data, base)).toEqual({ renewed: true });
    expect(await visit(text(paths().leaf), text(paths().leafKey), base)).toBe(200);
  });

  it('keep their keys to their owner', async () => {
    await ensureCertificates(data, base);
    for (const key of [paths().rootKey, paths().leafKey]) expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(statSync(paths().root).mode & 0o777).toBe(0o644);
  });
});

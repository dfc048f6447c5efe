import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createReach } from './reach.js';

const names: Readonly<Record<string, readonly string[]>> = {
  'hub.example': ['198.18.0.1'],
  'alias.example': ['198.18.0.1'],
  'mapped.example': ['::ffff:198.18.0.1'],
  'near.example': ['198.18.0.2'],
  'many.example': Array.from({ length: 50 }, (_, n) => `198.18.1.${String(n)}`),
  'own.example': Object.values(networkInterfaces()).flatMap(each => (each ?? []).map(one => one.address))
};

const reach = createReach({
  resolve: name => Promise.resolve(names[name] ?? []),
  isAllowed: () => true,
  ports: [443],
  base: 'hub.example'
});
const find = (host: string) => reach.find({ host, port: 443 });

describe('where a host is', () => {
  it('is told with the addresses that were judged, not too many', async () => {
    expect(await find('near.example')).toMatchObject({ addresses: ['198.18.0.2'] });
    expect((await find('many.example')).addresses).toHaveLength(8);
  });

  it('is never the machine itself, by no address that it has', async () => {
    expect(names['own.example']).toContain('127.0.0.1');
    await expect(find('own.example')).rejects.toThrow('no host on the internet');
    for (const address of names['own.example'] ?? [])
      await expect(find(address)).rejects.toThrow('no host on the internet');
  });

  it.each(['hub.example', 'a1b2.hub.example', 'alias.example', 'mapped.example', '198.18.0.1'])(
    'is never the hub: %s',
    host => expect(find(host)).rejects.toThrow('no host on the internet')
  );

  it('is not told of what cannot be connected to', async () => {
    const there = { host: 'shut.example', port: 1, addresses: ['127.0.0.1'] };
    await expect(reach.connect(there)).rejects.toThrow('shut.example cannot be connected to');
  });
});

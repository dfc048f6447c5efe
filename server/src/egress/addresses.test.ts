import { describe, expect, it } from 'vitest';
import { isPublic, plain, publicBut } from './addresses.js';

describe('an address of the internet', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '100.63.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '2606:4700::5efe',
    '2606:4700:0:5efe::7f00:1',
    '2606:4700::100:5efe:7f00:1',
    '2a00:1450:4001::1'
  ])('is %s', address => expect(isPublic(address)).toBe(true));

  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.0.9', '169.254.169.254'],
    ...['172.16.0.1', '192.0.0.8', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
    ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::127.0.0.1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::ffff:7f00:1',
      '::ffff:0:8.8.8.8'
    ],
    ...['64:ff9b::8.8.8.8', '64:ff9b:1::a00:1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::'],
    ...['2606:4700::5efe:127.0.0.1', '2606:4700::5efe:a00:1', '2a00:1450:4001::200:5efe:169.254.169.254'],
    ...['2a00:1450:4001:0:0:5efe:c0a8:101', '2a00:1450:4001::200:5efe:8.8.8.8'],
    ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%lo', 'fec0::1', 'ff02::1', '4000::1', '5f00::1'],
    ...['', 'localhost', '0177.0.0.1', '0x7f.0.0.1', '2130706433', '127.1', '1.2.3.4.5', '[::1]']
  ])('is not %s', address => expect(isPublic(address)).toBe(false));

  it('is none that an operator has closed, nor the services of a cloud at a common address', () => {
    const isOpen = publicBut(['93.184.216.0/24', '2606:4700::/32', '8.8.4.4']);
    for (const address of ['93.184.216.34', '2606:4700::1', '8.8.4.4', '168.63.129.16', '10.0.0.1'])
      expect([address, isOpen(address)]).toEqual([address, false]);
    for (const address of ['93.184.217.34', '2606:4800::1', '8.8.8.8'])
      expect([address, isOpen(address)]).toEqual([address, true]);
  });

  it('is compared however it is written', () => {
    expect(plain('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(plain('2001:0DB8:0:0::1')).toBe(plain('2001:db8::1'));
  });
});

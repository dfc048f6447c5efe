import { describe, expect, it } from 'vitest';
import { destinationOf } from './destination.js';

describe('what a CONNECT asks for', () => {
  it.each([
    ['Example.org:443', { host: 'example.org', port: 443 }],
    ['example.org.:443', { host: 'example.org', port: 443 }],
    ['xn--bcher-kva.example:80', { host: 'xn--bcher-kva.example', port: 80 }],
    ['_dmarc.example.org:443', { host: '_dmarc.example.org', port: 443 }],
    ['192.0.2.1:443', { host: '192.0.2.1', port: 443 }],
    ['[2001:db8::1]:443', { host: '2001:db8::1', port: 443 }]
  ])('%s', (target, destination) => expect(destinationOf(target)).toEqual(destination));

  it.each([
    ...['', 'example.org', 'example.org:', ':443', 'example.org:0', 'example.org:65536', 'example.org:1e3'],
    ...['localhost:443', 'localhost.:443', 'example..org:443', '.example.org:443', 'example.org..:443'],
    ...['2130706433:443', '0x7f000001:443', '0177.0.0.1:443', '127.1:443', '0x7f.1:443', '1.2.3.4.5:443'],
    ...['127.0.0.01:443', 'a.0x7f:443', 'a.1:443', '[127.0.0.1]:443', '[::1%lo]:443', '[fe80::1%25lo]:443'],
    ...['::1:443', '[::1:443', '::1]:443', '[::1]443', 'http://example.org:443', '/example.org:443'],
    ...[
      'user@example.org:443',
      'example.org:443/',
      'example.org:443#',
      'a b.example:443',
      'ex\u0430mple.org:443'
    ],
    ...[
      'example.org:443:443',
      'example.org%00:443',
      `${'a'.repeat(64)}.example:443`,
      `${'a.'.repeat(130)}a:443`
    ]
  ])('is nothing where it is %s', target => expect(() => destinationOf(target)).toThrow('no host name'));
});

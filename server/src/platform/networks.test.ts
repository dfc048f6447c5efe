import { expect, it } from 'vitest';
import { subscriberOf } from './networks.js';

it.each([
  ['192.0.2.9', '192.0.2.9'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['sandbox 1', 'sandbox 1'],
  ['', '']
])('attempts from %s are counted for %s', (address, subscriber) => {
  expect(subscriberOf(address)).toBe(subscriber);
});

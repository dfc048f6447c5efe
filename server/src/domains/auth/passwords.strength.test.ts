import { expect, it } from 'vitest';
import { refuseWeak } from './passwords.strength.js';

it.each([
  'password',
  'Passw0rd!',
  'qwertyuiop',
  'aaaaaaaaaaaa',
  '12345678901',
  'grace hopper',
  'gracehopper1',
  'hopslab123'
])('refuses %s of Grace Hopper', weak => {
  expect(() => {
    refuseWeak(weak, ['grace', 'Grace Hopper']);
  }).toThrow(/guessed soon/);
});

it.each(['umbrella teapot granite', 'kV9#mPq2$xLw', 'langer satz mit vielen wörtern', 'Zk4vRt8wQn1p'])(
  'takes %s',
  good => {
    expect(() => {
      refuseWeak(good, ['grace', 'Grace Hopper']);
    }).not.toThrow();
  }
);

it('judges the longest one in little time', () => {
  const begun = performance.now();
  refuseWeak('correct horse umbrella teapot '.repeat(6).padEnd(200, 'q'), []);
  expect(performance.now() - begun).toBeLessThan(5000);
});

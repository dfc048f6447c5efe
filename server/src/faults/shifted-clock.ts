import { readFileSync } from 'node:fs';

// Preloaded into the platform's processes by the tests with clocks that are set: what `Date` says is moved by the
// seconds that a file holds. Timers and `performance.now()` go on, as they do where somebody sets the machine's clock.

const file = process.env['HOPSLAB_TEST_CLOCK'] ?? '';
const RealDate = Date;
let offset = 0;

const read = (): void => {
  offset = Number(readFileSync(file, 'utf8')) * 1000;
};
read();
setInterval(read, 100).unref();

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(RealDate.now() + offset);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
} as DateConstructor;

import { expect, it, vi } from 'vitest';
import { createAges } from './datasets.ages.js';

it('an age is written again once another would be read, and no sooner', () => {
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
  vi.useFakeTimers({ now: Date.parse('2026-11-29T20:00:10Z'), toFake: ['Date'] });
  try {
    const write = createAges();
    let writings = 0;
    const element = {
      text: '',
      get textContent() {
        return this.text;
      },
      set textContent(text) {
        writings += 1;
        this.text = text;
      },
      title: ''
    };
    const age = (after: number): string => {
      vi.setSystemTime(Date.parse('2026-11-29T20:00:00Z') + after);
      write(element as unknown as HTMLElement, '2026-11-29T20:00:00Z', 'narrow');
      return element.text;
    };
    expect(age(10_000)).toBe('10s ago');
    expect(age(10_200)).toBe('10s ago');
    expect(writings).toBe(1);
    expect(age(41_000)).toBe('41s ago');
    expect(age(13 * 60_000)).toMatch(/^13 ?m(in)? ago$/);
    const before = writings;
    age(13 * 60_000 + 30_000);
    expect(writings).toBe(before);
    expect(age(25 * 3_600_000)).toBe('yesterday');
  } finally {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  }
});

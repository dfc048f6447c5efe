import { describe, expect, it } from 'vitest';
import { createBlame, slack, whyReadOnly, writersOf } from './storage.overruns.js';

const mebibyte = 2 ** 20;
const written = (amounts: Record<string, number>) => new Map(Object.entries(amounts));
const grown = (bytes: number, files = 0) => ({ bytes, files });

describe('who is to answer for what a dataset has grown by', () => {
  it('wrote a good part of it, wherever', () => {
    expect(writersOf(grown(100), written({ big: 1000, part: 10, idle: 9 }))).toEqual({
      ids: ['big', 'part'],
      seen: true
    });
  });
  it('makes files, which write little', () => {
    expect(writersOf(grown(0, 10_000), written({ maker: 2_700_000, idle: 8192 }))).toEqual({
      ids: ['maker'],
      seen: true
    });
  });
  it('is everybody who could, where nobody is seen to write', () => {
    expect(writersOf(grown(mebibyte), written({ one: 0, other: 4096 }))).toEqual({
      ids: ['one', 'other'],
      seen: false
    });
  });
  it('is nobody alone where what was seen does not make up half of it', () => {
    const seen = writersOf(grown(100 * mebibyte), written({ hidden: 0, neighbour: 20 * mebibyte }));
    expect(seen).toEqual({ ids: ['hidden', 'neighbour'], seen: false });
    // Several may have done it together.
    const three = written({ one: 20, two: 20, three: 20, idle: 1 });
    expect(writersOf(grown(100), three)).toEqual({ ids: ['one', 'two', 'three'], seen: true });
  });
});

describe('what is too much', () => {
  it('is more than a notebook that is saved, by one and the same', () => {
    const blame = createBlame();
    expect(blame.note(grown(slack.bytes), written({ ada: slack.bytes, bob: 0 })).passed).toEqual([]);
    expect(blame.note(grown(1), written({ bob: 1 })).passed).toEqual([]);
    expect(blame.note(grown(1), written({ ada: 1 }))).toEqual({ passed: ['ada'], seen: true });
  });
  it('is many files', () => {
    const blame = createBlame();
    expect(blame.note(grown(0, slack.files + 1), written({ ada: 2 ** 16 })).passed).toEqual(['ada']);
  });
  it('is forgotten when somebody makes room', () => {
    const blame = createBlame();
    blame.note(grown(slack.bytes), written({ ada: slack.bytes }));
    blame.note(grown(-1), written({ ada: 0 }));
    expect(blame.note(grown(1), written({ ada: 1 })).passed).toEqual([]);
  });
});

it('who writes into what is shared is not told what its owner stores', () => {
  const dataset = { project: 'atlas', dataset: 'genes' };
  for (const seen of [true, false]) {
    expect(whyReadOnly(dataset, 'atlas', seen)).toMatch(/^atlas stores more than its quota/);
    expect(whyReadOnly(dataset, 'borea', seen)).not.toMatch(/stores|quota/);
  }
  expect(whyReadOnly(dataset, 'atlas', false)).toMatch(/could not be told/);
});

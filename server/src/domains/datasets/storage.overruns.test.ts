import { describe, expect, it } from 'vitest';
import { createBlame, slack, whyEnded, writersOf } from './storage.overruns.js';

const mebibyte = 2 ** 20;
const written = (amounts: Record<string, number>) => new Map(Object.entries(amounts));
const grown = (bytes: number, files = 0) => ({ bytes, files });

describe('who is to answer for what a dataset has grown by', () => {
  it('wrote a good part of it, wherever', () => {
    expect(writersOf(grown(100), written({ big: 1000, part: 10, idle: 9 }))).toEqual(['big', 'part']);
  });
  it('makes files, which write little', () => {
    expect(writersOf(grown(0, 10_000), written({ maker: 2_700_000, idle: 8192 }))).toEqual(['maker']);
  });
  it('is everybody who could, where nobody is seen to write', () => {
    expect(writersOf(grown(mebibyte), written({ one: 0, other: 4096 }))).toEqual(['one', 'other']);
  });
});

describe('what is too much', () => {
  it('is more than a notebook that is saved, by one and the same', () => {
    const blame = createBlame();
    expect(blame.note(grown(slack.bytes), written({ ada: slack.bytes, bob: 0 }))).toEqual([]);
    expect(blame.note(grown(1), written({ bob: 1 }))).toEqual([]);
    expect(blame.note(grown(1), written({ ada: 1 }))).toEqual(['ada']);
  });
  it('is many files', () => {
    const blame = createBlame();
    expect(blame.note(grown(0, slack.files + 1), written({ ada: 2 ** 16 }))).toEqual(['ada']);
  });
  it('is forgotten when somebody makes room', () => {
    const blame = createBlame();
    blame.note(grown(slack.bytes), written({ ada: slack.bytes }));
    blame.note(grown(-1), written({ ada: 0 }));
    expect(blame.note(grown(1), written({ ada: 1 }))).toEqual([]);
  });
});

it('who writes into what is shared is not told what its owner stores', () => {
  const dataset = { project: 'atlas', dataset: 'genes' };
  expect(whyEnded(dataset, 'atlas')).toMatch(/^atlas stores more than its quota/);
  expect(whyEnded(dataset, 'borea')).not.toMatch(/stores|quota/);
});
